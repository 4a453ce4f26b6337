// SPDX-License-Identifier: Apache-2.0
// What the host lends to a provider: clock, log, HTTP client. Nothing else of the host can be reached.
//
// All three belong to the host, outlive the provider that was created with them, and may be called from its
// functions on any thread, several at once. Thread words such as [any] are those of Provider.h.
#pragma once

#include "central_oauth/provider/ProviderError.h"
#include "central_oauth/provider/Secret.h"

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::provider {
inline namespace v1 {

/// The host's wall clock, the only one a provider reads, so that tests can move it.
class Clock {
public:
    virtual ~Clock() = default;

    /// The present time. May jump in both directions: for deadlines use Call::deadline. Throws: nothing.
    /// [any]
    [[nodiscard]] virtual std::chrono::system_clock::time_point now() const = 0;
};

/// How much a log line matters. Do not renumber.
enum class LogLevel {
    debug = 0,
    info = 1,
    warning = 2, ///< the operator should look at it some day
    error = 3,   ///< the operator must act
};

/// One named value beside a log message.
struct LogField {
    std::string name; ///< snake_case
    std::string value;
};

/// A log channel of this provider's own.
///
/// Errors: none, a line that can't be written is lost.
class Log {
public:
    virtual ~Log() = default;

    /// Writes a line. `message` is a constant text; what varies goes into fields, which the host escapes. A
    /// secret goes into neither. Both are copied. [any]
    virtual void write(LogLevel level, std::string_view message,
                       const std::vector<LogField>& fields) noexcept = 0;
};

/// One request, complete before it is sent. Movable only, because of its secrets.
struct HttpRequest {
    std::string method = "GET";
    std::string url; ///< absolute; its origin must be one of the provider's url settings
    std::vector<std::pair<std::string, std::string>> headers; ///< Host, Content-Length, User-Agent are added
    Secret bearer; ///< sent as Authorization: Bearer (RFC 6750 section 2.1) when not empty
    Secret body;   ///< sent with a Content-Length when not empty
    std::chrono::steady_clock::time_point deadline; ///< Call::deadline, or earlier
};

/// A whole answer, whatever its status. Movable only, because its body may be secret. Belongs to the caller.
struct HttpResponse {
    int status = 0;
    std::map<std::string, std::string> headers; ///< names in lower case; of repeated ones the last
    Secret body;                                ///< at most 256 KiB
};

/// Why there is no complete response. The difference decides whether a rotating refresh token may be spent.
/// Do not renumber.
enum class HttpFailure {
    notSent = 0,        ///< name, connection or TLS failed: upstream saw nothing of the request
    outcomeUnknown = 1, ///< the request went out, no whole answer of a permitted size came back
};

/// Thrown by HttpClient::send, and caught by the provider: turn it into a ProviderError. `what()` names host
/// and cause, never a header, a query or a body.
class HttpError : public std::runtime_error {
public:
    /// For the host, and for HTTP clients in tests of a plugin.
    HttpError(HttpFailure failure, const std::string& detail, LocalFault localFault = LocalFault::none)
        : std::runtime_error(detail), _failure(failure), _localFault(localFault) {}

    /// What upstream can have seen. Throws: nothing. [any]
    [[nodiscard]] HttpFailure failure() const noexcept { return _failure; }

    /// Which part of the host's surroundings failed; give it to the ProviderError. Throws: nothing. [any]
    [[nodiscard]] LocalFault localFault() const noexcept { return _localFault; }

private:
    HttpFailure _failure;
    LocalFault _localFault;
};

/// One verified HTTP exchange: TLS checked against host name and CA, no redirects followed, nothing sent
/// twice, no cookies, no connection kept.
class HttpClient {
public:
    virtual ~HttpClient() = default;

    /// Sends the request and returns whatever status came back. Blocks until the request's deadline at most;
    /// reads at most 256 KiB of body and 64 KiB of head, whatever upstream sends.
    /// Throws: HttpError; ProviderError(misconfigured) when the URL's origin is not one of the provider's.
    /// [pool]
    [[nodiscard]] virtual HttpResponse send(const HttpRequest& request) const = 0;
};

/// The host services of one provider: copy it freely. All three live longer than the provider.
struct Context {
    HttpClient& http;
    Log& log;
    const Clock& clock;
};

} // namespace v1
} // namespace central_oauth::provider
