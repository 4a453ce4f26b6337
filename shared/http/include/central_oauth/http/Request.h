// SPDX-License-Identifier: Apache-2.0
// What a handler is given: a request whose form was checked already.
#pragma once

#include "central_oauth/http/Headers.h"
#include "central_oauth/http/Parameters.h"
#include "central_oauth/provider/Secret.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::http {

/// A cookie as the request holds it.
struct CookiePair {
    std::string_view name;
    std::string_view value;
};

/// A request that was read whole and matched to a route.
///
/// Owns everything; what it returns is valid as long as it lives. The Authorization field is kept apart as a
/// Secret, so that nobody meets it while walking through the headers.
///
/// Threads: immutable after construction.
class Request {
public:
    /// What a request is made of. Tests fill what they need.
    struct Parts {
        std::string method = "GET";
        std::string path = "/";
        std::string route = {};
        std::vector<Parameters::Pair> pathParameters = {};
        Parameters query = {};
        Headers headers = {};
        std::string body = {};
        std::string peerAddress = {};
        std::string requestId = {};
        bool resumed = false;
    };

    explicit Request(Parts parts);

    /// As sent; HEAD reaches the handler of GET as "HEAD", for handlers whose GET has an effect.
    [[nodiscard]] const std::string& method() const noexcept { return _parts.method; }

    /// Percent-decoded. Holds path parameters, so it does not belong into a log.
    [[nodiscard]] const std::string& path() const noexcept { return _parts.path; }

    /// The pattern of the matched route, e.g. "/v1/poll/:link_code".
    [[nodiscard]] const std::string& route() const noexcept { return _parts.route; }

    /// The value of a parameter of the route's pattern. Throws: std::out_of_range if the pattern has none of
    /// that name.
    [[nodiscard]] const std::string& pathParameter(std::string_view name) const;

    [[nodiscard]] const Parameters& query() const noexcept { return _parts.query; }

    /// The first header field of that name, without Authorization.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept {
        return _parts.headers.find(name);
    }
    [[nodiscard]] const Headers& headers() const noexcept { return _parts.headers; }

    /// The values of all cookies of that name, in the order they were sent (RFC 6265 section 5.4). Of
    /// several, the request does not tell which one this service has set: others on the same host may set
    /// cookies, too.
    [[nodiscard]] std::vector<std::string_view> cookies(std::string_view name) const;

    /// All cookies whose names begin with `prefix`, in the order they were sent.
    [[nodiscard]] std::vector<CookiePair> cookiesWithPrefix(std::string_view prefix) const;

    [[nodiscard]] const std::string& body() const noexcept { return _parts.body; }

    /// Where the request comes from: the peer's address, or what a trusted proxy says of it.
    [[nodiscard]] const std::string& peerAddress() const noexcept { return _parts.peerAddress; }

    [[nodiscard]] const std::string& requestId() const noexcept { return _parts.requestId; }

    /// Whether the handler has held this request before (Response::held); now it has to answer.
    [[nodiscard]] bool resumed() const noexcept { return _parts.resumed; }

    /// The caller's program as it may be shown (base::displayText); may be empty.
    [[nodiscard]] const std::string& userAgent() const noexcept { return _userAgent; }

    /// The bearer credential (RFC 6750 section 2.1); nothing if there is no Authorization field. Throws:
    /// base::Error invalidCredential for two fields, another scheme or a malformed credential.
    [[nodiscard]] std::optional<provider::Secret> bearer() const;

private:
    Parts _parts;
    std::vector<provider::Secret> _authorization;
    std::string _userAgent;
};

/// The form fields of a request (application/x-www-form-urlencoded). Throws: base::Error unsupportedMediaType
/// for another content type, invalidRequest as Parameters::parse.
[[nodiscard]] Parameters parseForm(const Request& request);

/// Whether the request's content type is `mediaType`, whatever parameters stand behind it.
[[nodiscard]] bool hasContentType(const Request& request, std::string_view mediaType);

/// Throws: base::Error unsupportedMediaType if the request's content type is not `mediaType`, or its charset
/// is named and not UTF-8.
void requireContentType(const Request& request, std::string_view mediaType);

} // namespace central_oauth::http
