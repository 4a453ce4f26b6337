// SPDX-License-Identifier: Apache-2.0
// A headless browser of a person: cookies, redirects, forms and meta refresh, over real HTTP.
#pragma once

#include "HttpExchange.h"

#include <map>
#include <string>
#include <vector>

namespace central_oauth::test {

/// What the browser shows now.
struct WebPage {
    std::string url;
    int status = 0;
    std::string html;
    HttpAnswer answer; ///< the last answer, for its headers

    [[nodiscard]] bool contains(const std::string& text) const {
        return html.find(text) != std::string::npos;
    }

    /// Returns the unescaped value of the first hidden or visible input of that name, or empty.
    [[nodiscard]] std::string inputValue(const std::string& name) const;

    /// Where the page's meta refresh or its first link whose address holds `part` leads; unescaped.
    [[nodiscard]] std::string refreshTarget() const;
};

/// Keeps cookies per host and port, sends the oldest first (RFC 6265 section 5.4), and follows 3xx answers
/// with GET. Records every URL that it requests.
class WebBrowser {
public:
    /// Opens an absolute URL and follows redirects.
    WebPage open(const std::string& url);

    /// Posts a form to an absolute URL, as a page of `origin` would, and follows redirects.
    WebPage post(const std::string& url, const std::string& origin,
                 const std::vector<std::pair<std::string, std::string>>& fields);

    /// Sends one request without following a redirect.
    HttpAnswer request(const std::string& method, const std::string& url,
                       const std::map<std::string, std::string>& headers = {}, const std::string& body = {});

    [[nodiscard]] const std::vector<std::string>& visited() const noexcept { return _visited; }
    [[nodiscard]] std::map<std::string, std::string>& cookiesOf(const std::string& origin) {
        return _cookies[origin];
    }

    /// Copies the cookies of that origin from another browser, as if its answers had come to this one.
    void takeCookies(const std::string& origin, const WebBrowser& other);

    /// Plants a cookie that somebody else set for the same host, with a longer path: every request to that
    /// origin sends it before the browser's own, and no answer replaces it (RFC 6265 sections 5.3 and 5.4).
    void plant(const std::string& origin, const std::string& name, const std::string& value) {
        _planted[origin] += name + "=" + value + "; ";
    }

    /// Returns scheme://host:port of a URL.
    [[nodiscard]] static std::string originOf(const std::string& url);

    [[nodiscard]] static std::string
    formEncode(const std::vector<std::pair<std::string, std::string>>& fields);

private:
    WebPage follow(std::string url, HttpAnswer answer);
    void keepCookies(const std::string& url, const HttpAnswer& answer);
    void keepCookie(const std::string& origin, const std::string& name, const std::string& value);
    [[nodiscard]] std::string cookieLine(const std::string& origin) const;

    std::map<std::string, std::map<std::string, std::string>> _cookies; ///< by origin
    std::map<std::string, std::vector<std::string>> _order;             ///< by origin: names, oldest first
    std::map<std::string, std::string> _planted; ///< by origin; the beginning of the Cookie header
    std::vector<std::string> _visited;
};

} // namespace central_oauth::test
