// SPDX-License-Identifier: Apache-2.0
// `central-oauth login`: links an account while a person approves in a browser.
#pragma once

#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/cli/BrowserLauncher.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/LinkWatch.h"
#include "central_oauth/cli/PendingLogins.h"
#include "central_oauth/cli/Terminal.h"

namespace central_oauth::cli {

/// What a login uses.
struct LoginTools {
    ApiClient& api;
    Waiter& waiter;
    Terminal& terminal;
    PendingLogins& kept;
    const VariableLookup& variable;
    const ProgramStarter& startProgram;
};

/// Creates a link, or if a person watches resumes the one that the same command left open. Shows its code and
/// URL, waits until it ends, and says who was linked.
///
/// Borrows what it is given; runs once.
///
/// Errors: Failure. Interrupted, after which the link is either kept for the same command, if a person
/// watches and it can be kept, or cancelled at the server. A link that is over is dropped.
class LoginCommand {
public:
    LoginCommand(const LoginTools& tools, const Invocation& invocation);

    /// Returns once an account is linked.
    void run();

    /// Cancels the links that earlier runs left open, or only those that match what the command names.
    void cancelKept();

private:
    bool takeUp(const LinkCode& link);
    std::optional<TokenPayload> look(LinkWatch& watch, const LinkCode& link);
    LinkCode createLink();
    void await(LinkWatch& watch, const LinkCode& link, bool isResumed);
    void printLink(const LinkWatch& watch, const LinkCode& link, bool isResumed);
    void leave(const LinkWatch& watch, const LinkCode& link);
    void show(const LinkCode& link, bool isResumed);
    bool openBrowser(const std::string& url);
    void showQrCode(const std::string& url);
    void cancelKept(const PendingLogin& login);
    void cancel(const LinkCode& link);
    void report(const TokenPayload& token);
    [[nodiscard]] LinkWatch watchOf(const LinkCode& link, bool isResumed);
    [[nodiscard]] Failure refusalOf(const ApiError& error, const std::string& problem) const;
    [[nodiscard]] bool isWatched() const;
    [[nodiscard]] std::string loginAgain() const;

    LoginTools _tools;
    Terminal& _terminal;
    const Invocation& _invocation;
    LinkRequest _request;
    bool _isKept = false; ///< the link outlives an interruption
};

} // namespace central_oauth::cli
