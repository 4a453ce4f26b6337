// SPDX-License-Identifier: Apache-2.0
// Waiting for the end of a link (in the manner of RFC 8628), and what each end means.
#pragma once

#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/cli/Terminal.h"
#include "central_oauth/cli/Waiter.h"

#include <chrono>
#include <optional>
#include <string>

namespace central_oauth::cli {

/// Thrown when the link is over without a token for us: its code leads nowhere any more.
class LinkOver : public Failure {
public:
    LinkOver(Failure failure, bool isExpired) : Failure(std::move(failure)), _isExpired(isExpired) {}

    /// True if nobody decided about the link: it expired or is forgotten, so a new one may be made.
    [[nodiscard]] bool isExpired() const noexcept { return _isExpired; }

private:
    bool _isExpired;
};

/// Polls one link until it ends, as often as the server allows.
///
/// Borrows everything it is given.
///
/// Threads: one.
///
/// Errors: LinkOver; Failure for an answer that is no end of a link, or none until it expired;
/// UnreadableAnswer; Interrupted.
class LinkWatch {
public:
    /// What the person is told while waiting.
    struct Words {
        std::string interruption; ///< what Ctrl-C does, as "Ctrl-C cancels"
        std::string again;        ///< the command that starts the link again
        bool isResumed = false;   ///< an earlier run may have taken the token
    };

    LinkWatch(ApiClient& api, Waiter& waiter, Terminal& terminal, const LinkCode& link, Words words);

    /// Asks once, at once, without waiting for a change; nothing: the link still waits, or no answer came.
    [[nodiscard]] std::optional<TokenPayload> look();

    /// Waits for the token.
    [[nodiscard]] TokenPayload await();

    /// Nothing is left of the link's time from now on, whatever was said before.
    void giveUp() { _expiry = _waiter.now(); }

    /// What is left of the link's time.
    [[nodiscard]] std::chrono::seconds left() const;

private:
    std::optional<TokenPayload> poll(std::chrono::seconds wait);
    void takeRefusal(const ApiError& error);
    void rest();
    void checkPatience() const;
    [[nodiscard]] std::string waitingText(const std::string& left) const;
    [[nodiscard]] LinkOver refusalOf(const ApiError& error) const;
    [[nodiscard]] LinkOver goneOf(const ApiError& error) const;

    ApiClient& _api;
    Waiter& _waiter;
    Terminal& _terminal;
    const LinkCode& _link;
    Words _words;
    std::chrono::seconds _interval; ///< between polls
    std::chrono::seconds _pause{0}; ///< before the next poll, if longer than the interval
    bool _hasWaited = false;        ///< the server has held the last poll to its end: no rest is needed
    bool _maybeTaken = false;       ///< a poll got no answer, which may have been the token
    std::chrono::steady_clock::time_point _expiry;
    std::string _trouble; ///< why the last poll got no answer; empty if it got one
};

} // namespace central_oauth::cli
