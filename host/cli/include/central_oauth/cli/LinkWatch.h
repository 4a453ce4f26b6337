// SPDX-License-Identifier: Apache-2.0
// Waiting for the end of a link (as in RFC 8628), and what each end means.
#pragma once

#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/cli/Terminal.h"
#include "central_oauth/cli/Waiter.h"

#include <chrono>
#include <optional>
#include <string>

namespace central_oauth::cli {

/// Thrown if the link is over without a token for us: its code no longer works.
class LinkOver : public Failure {
public:
    LinkOver(Failure failure, bool isExpired) : Failure(std::move(failure)), _isExpired(isExpired) {}

    /// Returns true if nobody decided about the link: it expired or the server forgot it, so a new one may be
    /// made.
    [[nodiscard]] bool isExpired() const noexcept { return _isExpired; }

private:
    bool _isExpired;
};

/// Polls one link until it ends, as often as the server allows.
///
/// Borrows everything it is given.
///
/// Not thread-safe.
///
/// Errors: LinkOver; Failure for an answer that is no end of a link, or if no answer came until the link
/// expired; UnreadableAnswer; Interrupted.
class LinkWatch {
public:
    /// What the person reads while waiting.
    struct Words {
        std::string interruption; ///< what Ctrl-C does, as "Ctrl-C cancels"
        std::string again;        ///< the command that starts the link again
        bool isResumed = false;   ///< an earlier run may have taken the token
    };

    LinkWatch(ApiClient& api, Waiter& waiter, Terminal& terminal, const LinkCode& link, Words words);

    /// Polls once without waiting for a change. Returns nullopt if the link still waits, or no answer came.
    [[nodiscard]] std::optional<TokenPayload> look();

    /// Blocks until the token is there.
    [[nodiscard]] TokenPayload await();

    /// Ends the link's time now.
    void giveUp() { _expiry = _waiter.now(); }

    /// Returns what is left of the link's time.
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
    bool _hasWaited = false;        ///< the server held the last poll for its whole wait: no rest
    bool _maybeTaken = false;       ///< a poll got no answer, which may have been the token
    std::chrono::steady_clock::time_point _expiry;
    std::string _trouble; ///< why the last poll got no answer; empty if it got one
};

} // namespace central_oauth::cli
