// SPDX-License-Identifier: Apache-2.0
#include "WebBrowser.h"

#include <regex>
#include <stdexcept>

#include <Poco/String.h>
#include <Poco/URI.h>

namespace central_oauth::test {

namespace {

std::string unescaped(std::string text) {
    static const std::vector<std::pair<std::string, std::string>> entities{
        {"&quot;", "\""}, {"&#39;", "'"}, {"&apos;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
    for (const auto& [entity, character] : entities)
        Poco::replaceInPlace(text, entity, character);
    return text;
}

} // namespace

std::string WebPage::inputValue(const std::string& name) const {
    const std::regex input("<input[^>]*>");
    for (std::sregex_iterator tag(html.begin(), html.end(), input), end; tag != end; ++tag) {
        const auto text = tag->str();
        std::smatch value;
        if (text.find("name=\"" + name + "\"") != std::string::npos &&
            std::regex_search(text, value, std::regex("value=\"([^\"]*)\"")))
            return unescaped(value[1].str());
    }
    return {};
}

std::string WebPage::refreshTarget() const {
    std::smatch found;
    if (std::regex_search(html, found,
                          std::regex("http-equiv=\"refresh\"[^>]*content=\"[0-9]+; *url=([^\"]*)\"")))
        return unescaped(found[1].str());
    return {};
}

std::string WebBrowser::originOf(const std::string& url) {
    const auto afterScheme = url.find("://") + 3;
    return url.substr(0, url.find('/', afterScheme));
}

std::string WebBrowser::formEncode(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string text;
    for (const auto& [name, value] : fields) {
        std::string encoded;
        Poco::URI::encode(value, "!#$&'()*+,/:;=?@[]%", encoded);
        text += (text.empty() ? "" : "&") + name + "=" + encoded;
    }
    return text;
}

HttpAnswer WebBrowser::request(const std::string& method, const std::string& url,
                               const std::map<std::string, std::string>& headers, const std::string& body) {
    _visited.push_back(url);
    HttpCall call{method, url, headers, body};
    std::string cookies = _planted[originOf(url)];
    for (const auto& [name, value] : _cookies[originOf(url)])
        cookies += name + "=" + value + "; ";
    if (!cookies.empty())
        call.headers["Cookie"] = cookies.substr(0, cookies.size() - 2);
    call.headers.emplace("User-Agent", "Mozilla/5.0 (test)");
    auto answer = exchange(call);
    keepCookies(url, answer);
    return answer;
}

void WebBrowser::keepCookies(const std::string& url, const HttpAnswer& answer) {
    for (const auto& [name, value] : answer.headers) {
        if (Poco::icompare(name, "Set-Cookie") != 0)
            continue;
        const auto pair = value.substr(0, value.find(';'));
        const auto equals = pair.find('=');
        if (value.find("Max-Age=0;") != std::string::npos || value.ends_with("Max-Age=0"))
            _cookies[originOf(url)].erase(pair.substr(0, equals));
        else
            _cookies[originOf(url)][pair.substr(0, equals)] = pair.substr(equals + 1);
    }
}

WebPage WebBrowser::open(const std::string& url) {
    return follow(url, request("GET", url));
}

WebPage WebBrowser::post(const std::string& url, const std::string& origin,
                         const std::vector<std::pair<std::string, std::string>>& fields) {
    return follow(url, request("POST", url,
                               {{"Origin", origin}, {"Content-Type", "application/x-www-form-urlencoded"}},
                               formEncode(fields)));
}

WebPage WebBrowser::follow(std::string url, HttpAnswer answer) {
    constexpr int longestChain = 20;
    for (int step = 0; step < longestChain; ++step) {
        const auto location = answer.header("Location");
        if (answer.status < 300 || answer.status >= 400 || location.empty())
            return {url, answer.status, answer.body, answer};
        url = location.front() == '/' ? originOf(url) + location : location;
        answer = request("GET", url);
    }
    throw std::runtime_error("too many redirects, last to " + originOf(url));
}

} // namespace central_oauth::test
