// SPDX-License-Identifier: Apache-2.0
// `central-oauth login`: links an account while a person approves in a browser.
#pragma once

#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/Terminal.h"

namespace central_oauth::cli {

/// Creates a link, shows its code and URL, polls until it ends, and says who was linked.
///
/// Borrows what it is given; runs once.
///
/// Errors: Failure; Interrupted after the link was cancelled on the server.
class LoginCommand {
public:
    LoginCommand(ApiClient& api, Waiter& waiter, Terminal& terminal, const Invocation& invocation)
        : _api(api), _waiter(waiter), _terminal(terminal), _invocation(invocation) {}

    /// Returns once an account is linked.
    void run();

private:
    LinkCode createLink();
    void show(const LinkCode& link);
    void showQrCode(const std::string& url);
    TokenPayload awaitApproval(const LinkCode& link);
    std::optional<TokenPayload> pollOnce(const LinkCode& link);
    void rest();
    [[nodiscard]] std::string waitingText(const std::string& left) const;
    void checkPatience() const;
    [[nodiscard]] Failure endOfLink(const ApiError& error) const;
    void cancel(const LinkCode& link);
    void report(const TokenPayload& token);
    [[nodiscard]] std::string loginAgain() const;

    ApiClient& _api;
    Waiter& _waiter;
    Terminal& _terminal;
    const Invocation& _invocation;
    std::chrono::seconds _interval{0}; ///< between polls
    std::chrono::seconds _pause{0};    ///< before the next poll, if longer than the interval
    bool _hasWaited = false;           ///< the server has held the last poll to its end: no rest is needed
    std::chrono::steady_clock::time_point _expiry;
    std::string _trouble; ///< why the last poll got no answer; empty if it got one
};

} // namespace central_oauth::cli
