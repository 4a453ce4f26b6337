// SPDX-License-Identifier: Apache-2.0
// Prints the token in the wanted form, or ends with a status that tells a script what to do.
#include "central_oauth/cli/TokenCommand.h"

#include "GitRequest.h"
#include "TokenFormats.h"
#include "central_oauth/cli/AccountSelection.h"
#include "central_oauth/cli/PrintableText.h"

namespace central_oauth::cli {

void TokenCommand::run() {
    if (_invocation.format == TokenFormat::git && !isGitToAnswer())
        return;
    _api.limitTo(_invocation.timeout);
    const std::string accountId = AccountSelection(_api, "token").id(_invocation.operand);
    const std::string problem = "no access token for " + accountId;
    try {
        const TokenPayload token = _api.token(accountId, _invocation.minTtl);
        const provider::Secret text = formatToken(token, _invocation.format, _variable);
        if (_invocation.format == TokenFormat::env)
            warnOfOtherSite(token);
        _terminal.output() << text.reveal();
    } catch (const ApiError& error) {
        if (error.error().status == 412)
            throw grantDead(accountId, error.error());
        throw failureOf(error, problem);
    } catch (const Unreachable& error) {
        throw failureOf(error, problem);
    }
}

void TokenCommand::warnOfOtherSite(const TokenPayload& token) {
    const std::string cloudId = _variable("ATLASSIAN_OAUTH_CLOUD_ID").value_or("");
    if (cloudId.empty() || !token.site || cloudId == token.site->cloudId ||
        !hasOtherProduct(token, _variable))
        return;
    _terminal.messages() << "note: another product's variables are set for another site ("
                         << printable(cloudId, 64)
                         << "); mcp-atlassian knows one cloud id: start one server for each site"
                         << std::endl;
}

bool TokenCommand::isGitToAnswer() {
    // Always read the request: git should not write into a closed pipe.
    const GitRequest request = readGitRequest(_terminal);
    const bool isGet = _invocation.gitAction.empty() || _invocation.gitAction == "get";
    return isGet && isFor(request, _invocation.gitHost);
}

Failure TokenCommand::grantDead(const std::string& accountId, const ServerError& error) {
    const Failure told = failureOf(ApiError(error), "the grant of " + accountId + " does not work any more");
    return Failure(ExitCode::grantDead, told.what(), "link it again with: " + linkAgain(accountId, error))
        .withServer(told.serverText(), told.requestId());
}

std::string TokenCommand::linkAgain(const std::string& accountId, const ServerError& error) {
    if (!error.relinkProvider.empty())
        return loginCommand(error.relinkProvider, error.relinkSubject, error.relinkSite);
    // For a better message only; the key may lack the scope for this.
    try {
        return loginCommand(_api.account(accountId));
    } catch (const ApiError&) {
    } catch (const Unreachable&) {
    } catch (const UnreadableAnswer&) {
    }
    return loginCommand("", "", "");
}

} // namespace central_oauth::cli
