// SPDX-License-Identifier: Apache-2.0
// The exceptions of the command-line client: what ends a command, and what goes wrong between it and the
// server.
#pragma once

#include "central_oauth/cli/ExitCode.h"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace central_oauth::cli {

/// The end of a command that did not succeed: the exit status, what is wrong, and what the person does next.
///
/// A value; copyable as exceptions must be. All texts are safe for a terminal and hold no secret.
class Failure : public std::runtime_error {
public:
    /// `problem` is a sentence without a full stop, `next` an instruction.
    Failure(ExitCode code, const std::string& problem, std::string next)
        : std::runtime_error(problem), _code(code), _next(std::move(next)) {}

    [[nodiscard]] ExitCode code() const noexcept { return _code; }
    [[nodiscard]] const std::string& next() const noexcept { return _next; }

    /// What the server said about it, or empty.
    [[nodiscard]] const std::string& serverText() const noexcept { return _serverText; }

    /// The server's id of the request, for its operator; or empty.
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
    std::string cause; ///< who has to act: "person", "operator", "provider"; empty: not said
    std::string requestId;
    std::string relinkProvider; ///< of a needs_reauth answer: what to link again
    std::string relinkSubject;
    std::string relinkSite;
    std::optional<std::chrono::seconds> retryAfter;
};

/// Thrown when the server answered with an error.
class ApiError : public std::runtime_error {
public:
    explicit ApiError(ServerError error);
    [[nodiscard]] const ServerError& error() const noexcept { return _error; }

private:
    ServerError _error;
};

/// Thrown when no whole answer came.
class Unreachable : public std::runtime_error {
public:
    /// `fix`: the next step, where the cause tells one.
    Unreachable(const std::string& detail, bool outcomeUnknown, std::string fix = {})
        : std::runtime_error(detail), _outcomeUnknown(outcomeUnknown), _fix(std::move(fix)) {}

    /// True if a request went out that changes something, so that the server may have acted on it.
    [[nodiscard]] bool outcomeUnknown() const noexcept { return _outcomeUnknown; }

    /// What to do about the cause; empty if the cause tells nothing.
    [[nodiscard]] const std::string& fix() const noexcept { return _fix; }

private:
    bool _outcomeUnknown;
    std::string _fix;
};

/// Thrown when an answer is not what docs/http-api.md says. `what()` names the field and never holds its
/// value.
class UnreadableAnswer : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Thrown when the person pressed Ctrl-C.
class Interrupted : public std::runtime_error {
public:
    Interrupted() : std::runtime_error("interrupted") {}
};

/// The failure that an error answer means, unless a command knows better. `problem` says what did not work.
[[nodiscard]] Failure failureOf(const ApiError& error, const std::string& problem);

/// The failure that a missing answer means.
[[nodiscard]] Failure failureOf(const Unreachable& error, const std::string& problem);

/// The failure that a standard output without a reader means.
[[nodiscard]] Failure lostOutput();

/// The failure that an unintelligible answer means.
[[nodiscard]] Failure failureOf(const UnreadableAnswer& error);

} // namespace central_oauth::cli
