// SPDX-License-Identifier: Apache-2.0
// The services that the host lends to a provider: clock, log, HTTP client. A provider can't access anything
// else of the host.
//
// All three belong to the host, outlive the provider that was created with them, and are thread-safe.
// Provider.h defines the comments about threads.
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

/// The host's wall clock. A provider reads no other, so that tests can replace it.
class Clock {
public:
    virtual ~Clock() = default;

    /// Returns the present time. It may jump in both directions: for deadlines use Call::deadline.
    /// Throws nothing. Thread-safe.
    [[nodiscard]] virtual std::chrono::system_clock::time_point now() const = 0;
};

/// The severity of a log line. Do not renumber.
enum class LogLevel {
    debug = 0,
    info = 1,
    warning = 2, ///< the operator should look at it at some time
    error = 3,   ///< the operator must act
};

/// A named value of a log message.
struct LogField {
    std::string name; ///< snake_case
    std::string value;
};

/// The log channel of a provider.
///
/// Throws nothing; a line that can't be written is lost.
class Log {
public:
    virtual ~Log() = default;

    /// Writes a line. `message` is a constant text; variable parts are fields, which the host escapes.
    /// Neither may hold a secret. Both are copied.
    /// Thread-safe.
    virtual void write(LogLevel level, std::string_view message,
                       const std::vector<LogField>& fields) noexcept = 0;
};

/// A complete request. Movable only, because of its secrets.
struct HttpRequest {
    std::string method = "GET";
    std::string url; ///< absolute; its origin must be one of the provider's url settings
    std::vector<std::pair<std::string, std::string>> headers; ///< without Host, Content-Length, User-Agent
    Secret bearer; ///< sent as Authorization: Bearer (RFC 6750 section 2.1) unless empty
    Secret body;   ///< sent with a Content-Length unless empty
    std::chrono::steady_clock::time_point deadline; ///< Call::deadline, or earlier
};

/// A complete answer of any status. Movable only, because its body may be secret. Belongs to the caller.
struct HttpResponse {
    int status = 0;
    std::map<std::string, std::string> headers; ///< names in lower case; the last of several equal names
    Secret body;                                ///< at most 256 KiB
};

/// Why there is no complete answer. It decides whether a rotating refresh token may have been spent. Do not
/// renumber.
enum class HttpFailure {
    notSent = 0,        ///< name, connection or TLS failed: upstream received nothing of the request
    outcomeUnknown = 1, ///< the request was sent, but no complete answer of a permitted size came back
};

/// Thrown by HttpClient::send. The provider must catch it and throw a ProviderError. `what()` names host and
/// cause, never a header, a query or a body.
class HttpError : public std::runtime_error {
public:
    /// For the host, and for test clients of a plugin.
    HttpError(HttpFailure failure, const std::string& detail, LocalFault localFault = LocalFault::none)
        : std::runtime_error(detail), _failure(failure), _localFault(localFault) {}

    /// Returns whether upstream may have received the request.
    /// Throws nothing. Thread-safe.
    [[nodiscard]] HttpFailure failure() const noexcept { return _failure; }

    /// Returns which part of the host's environment failed, for the ProviderError.
    /// Throws nothing. Thread-safe.
    [[nodiscard]] LocalFault localFault() const noexcept { return _localFault; }

private:
    HttpFailure _failure;
    LocalFault _localFault;
};

/// Verified HTTP exchanges: checks TLS against host name and CA, follows no redirects, sends nothing twice,
/// keeps no cookies and no connections.
class HttpClient {
public:
    virtual ~HttpClient() = default;

    /// Sends the request and returns an answer of any status. Blocks at most until the request's deadline.
    /// Reads at most 256 KiB of body and 64 KiB of head.
    /// Throws: HttpError; ProviderError(misconfigured) if the URL's origin is not one of the provider's.
    /// Runs on the upstream pool.
    [[nodiscard]] virtual HttpResponse send(const HttpRequest& request) const = 0;
};

/// The host services of one provider. May be copied. All three outlive the provider.
struct Context {
    HttpClient& http;
    Log& log;
    const Clock& clock;
};

} // namespace v1
} // namespace central_oauth::provider
