// SPDX-License-Identifier: Apache-2.0
// The exceptions of the command-line client: the failure of a command, and the errors of a call.
#pragma once

#include "central_oauth/cli/ExitCode.h"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace central_oauth::cli {

/// The failure of a command: the exit status, what is wrong, and what the person does next.
///
/// A value; copyable as exceptions must be. All texts are safe for a terminal and hold no secret.
class Failure : public std::runtime_error {
public:
    /// `problem` is a sentence without a full stop, `next` an instruction.
    Failure(ExitCode code, const std::string& problem, std::string next)
        : std::runtime_error(problem), _code(code), _next(std::move(next)) {}

    [[nodiscard]] ExitCode code() const noexcept { return _code; }
    [[nodiscard]] const std::string& next() const noexcept { return _next; }

    /// Returns what the server said about it, or an empty text.
    [[nodiscard]] const std::string& serverText() const noexcept { return _serverText; }

    /// Returns the server's id of the request, for its operator, or an empty text.
    [[nodiscard]] const std::string& requestId() const noexcept { return _requestId; }

    Failure& withServer(std::string text, std::string requestId) {
        _serverText = std::move(text);
        _requestId = std::move(requestId);
        return *this;
    }

private:
    ExitCode _code;
    std::string _next;
    std::string _serverText;
    std::string _requestId;
};

/// An error answer of the server (docs/http-api.md, "Errors"). The texts are safe for a terminal; each may be
/// empty.
struct ServerError {
    int status = 0;
    std::string error;
    std::string description;
    std::string hint;
    std::string reason;
    std::string cause; ///< who has to act: "person", "operator", "provider"; empty if not said
    std::string requestId;
    std::string relinkProvider; ///< of a needs_reauth answer: what to link again
    std::string relinkSubject;
    std::string relinkSite;
    std::optional<std::chrono::seconds> retryAfter;
};

/// Thrown if the server answered with an error.
class ApiError : public std::runtime_error {
public:
    explicit ApiError(ServerError error);
    [[nodiscard]] const ServerError& error() const noexcept { return _error; }

private:
    ServerError _error;
};

/// Thrown if no whole answer came.
class Unreachable : public std::runtime_error {
public:
    /// `fix` is the next step if the cause suggests one.
    Unreachable(const std::string& detail, bool outcomeUnknown, std::string fix = {})
        : std::runtime_error(detail), _outcomeUnknown(outcomeUnknown), _fix(std::move(fix)) {}

    /// Returns true if a request that changes something went out, so that the server may have acted on it.
    [[nodiscard]] bool outcomeUnknown() const noexcept { return _outcomeUnknown; }

    /// Returns what to do about the cause, or an empty text if the cause suggests nothing.
    [[nodiscard]] const std::string& fix() const noexcept { return _fix; }

private:
    bool _outcomeUnknown;
    std::string _fix;
};

/// Thrown if an answer is not what docs/http-api.md says. `what()` names the field and never holds its value.
class UnreadableAnswer : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Thrown if the person pressed Ctrl-C.
class Interrupted : public std::runtime_error {
public:
    Interrupted() : std::runtime_error("interrupted") {}
};

/// Returns the failure for an error answer, unless a command knows better. `problem` says what did not work.
[[nodiscard]] Failure failureOf(const ApiError& error, const std::string& problem);

/// Returns the failure for a missing answer.
[[nodiscard]] Failure failureOf(const Unreachable& error, const std::string& problem);

/// Returns the failure for output that did not reach its reader.
[[nodiscard]] Failure lostOutput();

/// Returns the failure for an unintelligible answer.
[[nodiscard]] Failure failureOf(const UnreadableAnswer& error);

} // namespace central_oauth::cli
