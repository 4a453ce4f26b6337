// SPDX-License-Identifier: Apache-2.0
// One line of output, or an exit status that tells a script what to do.
#include "central_oauth/cli/TokenCommand.h"

#include "central_oauth/cli/PrintableText.h"

#include <algorithm>

namespace central_oauth::cli {

void TokenCommand::run() {
    const std::string accountId = _invocation.operand.empty() ? onlyAccount() : _invocation.operand;
    const std::string problem = "no access token for " + accountId;
    try {
        const TokenPayload token = _api.token(accountId, _invocation.minTtl);
        _terminal.output() << token.accessToken.reveal() << '\n';
    } catch (const ApiError& error) {
        if (error.error().status == 412)
            throw grantDead(accountId, error.error());
        throw failureOf(error, problem);
    } catch (const Unreachable& error) {
        throw Failure(ExitCode::unreachable, problem + ": " + printable(error.what()),
                      "check that the server runs and that CENTRAL_OAUTH_URL is right, then try again");
    }
}

std::string TokenCommand::onlyAccount() {
    std::vector<Account> accounts;
    try {
        accounts = _api.accounts({});
    } catch (const ApiError& error) {
        throw failureOf(error, "the linked accounts could not be listed");
    } catch (const Unreachable& error) {
        throw failureOf(error, "the linked accounts could not be listed");
    }
    if (accounts.empty())
        throw Failure(ExitCode::linkNeeded, "no account is linked",
                      "link needed: run central-oauth login PROVIDER");
    if (accounts.size() == 1)
        return accounts.front().accountId;
    constexpr std::size_t mostNamed = 20;
    std::string choice;
    for (std::size_t i = 0; i < std::min(accounts.size(), mostNamed); ++i)
        choice += "\n    " + accounts[i].accountId + "  " + accounts[i].provider + "  " +
                  accounts[i].person.shownAs();
    if (accounts.size() > mostNamed)
        choice += "\n    ... all of them: central-oauth accounts";
    throw Failure(ExitCode::usage,
                  std::to_string(accounts.size()) + " accounts are linked, and none was named",
                  "name one: central-oauth token ACCOUNT" + choice);
}

Failure TokenCommand::grantDead(const std::string& accountId, const ServerError& error) {
    const Failure told = failureOf(ApiError(error), "the grant of " + accountId + " does not work any more");
    return Failure(ExitCode::grantDead, told.what(), "link it again with: " + linkAgain(accountId, error))
        .withServer(told.serverText(), told.requestId());
}

std::string TokenCommand::linkAgain(const std::string& accountId, const ServerError& error) {
    std::string provider = error.relinkProvider;
    std::string subject = error.relinkSubject;
    if (provider.empty()) {
        // The key may lack the scope for this, and it is only for a better message.
        try {
            for (const Account& account : _api.accounts({}))
                if (account.accountId == accountId) {
                    provider = account.provider;
                    subject = account.subject;
                }
        } catch (const ApiError&) {
        } catch (const Unreachable&) {
        } catch (const UnreadableAnswer&) {
        }
    }
    std::string command = "central-oauth login " + (provider.empty() ? "PROVIDER" : shellWord(provider));
    if (!subject.empty())
        command += " --subject " + shellWord(subject);
    return command;
}

} // namespace central_oauth::cli
