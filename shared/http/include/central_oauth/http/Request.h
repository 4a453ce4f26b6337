// SPDX-License-Identifier: Apache-2.0
// The input of a handler: a request whose form was checked.
#pragma once

#include "central_oauth/http/Headers.h"
#include "central_oauth/http/Parameters.h"
#include "central_oauth/provider/Secret.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::http {

/// A cookie of the request.
struct CookiePair {
    std::string_view name;
    std::string_view value;
};

/// A complete request that matches a route.
///
/// Owns its data; returned views are valid as long as it lives. The Authorization field is kept apart as a
/// Secret, so that no iteration over the headers reveals it.
///
/// Thread-safe; immutable.
class Request {
public:
    /// The parts of a request. Tests set those that they need.
    struct Parts {
        std::string method = "GET";
        std::string path = "/";
        std::string_view route = {}; ///< outlives the request
        std::vector<Parameters::Pair> pathParameters = {};
        Parameters query = {};
        Headers headers = {};
        std::string body = {};
        std::string peerAddress = {};
        std::string requestId = {};
        bool resumed = false;
    };

    explicit Request(Parts parts);

    /// As sent. A HEAD request reaches the handler of GET as "HEAD", because a GET may have an effect.
    [[nodiscard]] const std::string& method() const noexcept { return _parts.method; }

    /// Percent-decoded. Holds path parameters, so never log it.
    [[nodiscard]] const std::string& path() const noexcept { return _parts.path; }

    /// The pattern of the matched route, e.g. "/v1/poll/:link_code".
    [[nodiscard]] std::string_view route() const noexcept { return _parts.route; }

    /// Returns the value of a parameter in the route's pattern.
    /// Throws: std::out_of_range if the pattern has no such parameter.
    [[nodiscard]] const std::string& pathParameter(std::string_view name) const;

    [[nodiscard]] const Parameters& query() const noexcept { return _parts.query; }

    /// Returns the first header field of that name; never Authorization.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept {
        return _parts.headers.find(name);
    }
    [[nodiscard]] const Headers& headers() const noexcept { return _parts.headers; }

    /// Returns the values of all cookies of that name in the order sent (RFC 6265 section 5.4). If there are
    /// several, the request does not show which one this service has set: other services on the same host
    /// may set cookies, too.
    [[nodiscard]] std::vector<std::string_view> cookies(std::string_view name) const;

    /// Returns all cookies whose names begin with `prefix`, in the order sent.
    [[nodiscard]] std::vector<CookiePair> cookiesWithPrefix(std::string_view prefix) const;

    [[nodiscard]] const std::string& body() const noexcept { return _parts.body; }

    /// The source of the request: the peer's address, or the one that a trusted proxy reports.
    [[nodiscard]] const std::string& peerAddress() const noexcept { return _parts.peerAddress; }

    [[nodiscard]] const std::string& requestId() const noexcept { return _parts.requestId; }

    /// Returns whether the handler has held this request (Response::held); it must now answer.
    [[nodiscard]] bool resumed() const noexcept { return _parts.resumed; }

    /// The caller's program, safe to display (base::displayText); may be empty.
    [[nodiscard]] const std::string& userAgent() const noexcept { return _userAgent; }

    /// Returns the bearer credential (RFC 6750 section 2.1). Returns nullopt if there is no Authorization
    /// field.
    /// Throws: base::Error invalidCredential for two fields, another scheme or a malformed credential.
    [[nodiscard]] std::optional<provider::Secret> bearer() const;

private:
    Parts _parts;
    std::optional<provider::Secret> _authorization;
    bool _hasSeveralAuthorizations = false;
    std::string _userAgent;
};

/// Returns the form fields of a request (application/x-www-form-urlencoded).
/// Throws: base::Error unsupportedMediaType for another content type; invalidRequest as Parameters::parse.
[[nodiscard]] Parameters parseForm(const Request& request);

/// Returns whether the request's content type is `mediaType`, with any parameters.
[[nodiscard]] bool hasContentType(const Request& request, std::string_view mediaType);

/// Throws base::Error unsupportedMediaType if the request's content type is not `mediaType`, or if it names a
/// charset other than UTF-8.
void requireContentType(const Request& request, std::string_view mediaType);

} // namespace central_oauth::http
