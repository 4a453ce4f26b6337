// SPDX-License-Identifier: Apache-2.0
#include "WebBrowser.h"

#include <regex>
#include <stdexcept>
#include <type_traits>

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
    const auto cookies = cookieLine(originOf(url));
    if (!cookies.empty())
        call.headers["Cookie"] = cookies.substr(0, cookies.size() - 2);
    call.headers.emplace("User-Agent", "Mozilla/5.0 (test)");
    auto answer = exchange(call);
    keepCookies(url, answer);
    return answer;
}

std::string WebBrowser::cookieLine(const std::string& origin) const {
    const auto of = [&origin](const auto& all) {
        const auto found = all.find(origin);
        return found == all.end() ? typename std::decay_t<decltype(all)>::mapped_type() : found->second;
    };
    auto cookies = of(_cookies);
    std::string kept;
    for (const auto& name : of(_order)) {
        if (const auto own = cookies.extract(name); !own.empty())
            kept += name + "=" + own.mapped() + "; ";
    }
    // Cookies that a test planted are older than those that answers set.
    std::string line = of(_planted);
    for (const auto& [name, value] : cookies)
        line += name + "=" + value + "; ";
    return line + kept;
}

// A cookie keeps its creation time when its value is replaced (RFC 6265 section 5.3).
void WebBrowser::keepCookie(const std::string& origin, const std::string& name, const std::string& value) {
    if (_cookies[origin].insert_or_assign(name, value).second) {
        std::erase(_order[origin], name);
        _order[origin].push_back(name);
    }
}

void WebBrowser::takeCookies(const std::string& origin, const WebBrowser& other) {
    for (const auto& name : other._order.at(origin)) {
        const auto& cookies = other._cookies.at(origin);
        if (const auto found = cookies.find(name); found != cookies.end())
            keepCookie(origin, name, found->second);
    }
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
            keepCookie(originOf(url), pair.substr(0, equals), pair.substr(equals + 1));
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
