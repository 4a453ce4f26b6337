// SPDX-License-Identifier: Apache-2.0
// What the host lends to a provider: clock, log, HTTP client. Nothing else of the host can be reached.
#pragma once

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

/// The host's wall clock. Threads: any.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual std::chrono::system_clock::time_point now() const = 0;
};

/// How much a log line matters. Do not renumber.
enum class LogLevel { debug = 0, info = 1, warning = 2, error = 3 };

/// One named value beside a log message.
struct LogField {
    std::string name;
    std::string value;
};

/// A log channel. Messages are constant texts; what varies goes into fields, which the host escapes.
/// A secret goes into neither. Threads: any. Errors: none, a line that can't be written is lost.
class Log {
public:
    virtual ~Log() = default;
    virtual void write(LogLevel level, std::string_view message,
                       const std::vector<LogField>& fields) noexcept = 0;
};

/// One request, complete before it is sent. Movable only, because of its secrets.
struct HttpRequest {
    std::string method = "GET";
    std::string url; ///< absolute; its origin must be one of the provider's url settings
    std::vector<std::pair<std::string, std::string>> headers;
    Secret bearer; ///< sent as Authorization: Bearer when not empty
    Secret body;   ///< sent with a Content-Length when not empty
    std::chrono::steady_clock::time_point deadline;
};

/// A whole answer, whatever its status. Movable only, because its body may be secret.
struct HttpResponse {
    int status = 0;
    std::map<std::string, std::string> headers; ///< names in lower case; of repeated ones the last
    Secret body;                                ///< at most 256 KiB
};

/// Why there is no complete response. The difference decides whether a rotating refresh token may be spent.
/// Do not renumber.
enum class HttpFailure {
    notSent = 0,        ///< name, connection or TLS failed: upstream saw nothing of the request
    outcomeUnknown = 1, ///< the request went out, no whole answer came back
};

/// Thrown by HttpClient::send. `what()` names host and cause, never a header, a query or a body.
class HttpError : public std::runtime_error {
public:
    HttpError(HttpFailure failure, const std::string& detail)
        : std::runtime_error(detail), _failure(failure) {}
    [[nodiscard]] HttpFailure failure() const noexcept { return _failure; }

private:
    HttpFailure _failure;
};

/// One verified HTTP exchange: TLS checked against host name and CA, no redirects followed, nothing sent
/// twice.
///
/// Lent for the life of the provider. Threads: any; blocks until the deadline at most.
class HttpClient {
public:
    virtual ~HttpClient() = default;

    /// Sends the request and returns whatever status came back.
    /// Throws: HttpError; ProviderError(misconfigured) when the URL's origin is not one of the provider's.
    [[nodiscard]] virtual HttpResponse send(const HttpRequest& request) const = 0;
};

/// The host services of one provider. All three live longer than it.
struct Context {
    HttpClient& http;
    Log& log;
    const Clock& clock;
};

} // namespace v1
} // namespace central_oauth::provider
