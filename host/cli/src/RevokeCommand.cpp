// SPDX-License-Identifier: Apache-2.0
// Asks, and words the result of DELETE /v1/tokens.
#include "central_oauth/cli/RevokeCommand.h"

#include "central_oauth/base/Text.h"
#include "central_oauth/cli/AccountSelection.h"
#include "central_oauth/cli/PrintableText.h"

namespace central_oauth::cli {

namespace {

std::string upstreamText(const std::string& outcome) {
    const std::string remains = " To end it there, too, remove the app in the account's own settings.";
    if (outcome == "revoked")
        return "revoked; the provider ended the grant.";
    if (outcome == "attempted")
        return "attempted; the provider was asked, but whether the grant ended is unknown." + remains;
    if (outcome == "queued")
        return "queued; the server asks the provider to end the grant as soon as it can.";
    if (outcome == "unsupported")
        return "unsupported; the provider offers no way to end the grant from here." + remains;
    if (outcome == "kept_for_others")
        return "kept_for_others; other accounts rest on the same consent of the same person.";
    if (outcome == "skipped")
        return "skipped; the provider was not told, as the server is configured." + remains;
    return outcome;
}

std::string details(const Account& account) {
    std::string text = "  who      " + account.person.shownAs();
    if (!account.person.email.empty() && account.person.email != account.person.shownAs())
        text += " (" + account.person.email + ")";
    text += "\n  at       " + account.provider + "\n  site     " +
            siteText(account.site, account.sites.size()) + "\n  account  " + account.accountId + '\n';
    if (!account.subject.empty())
        text += "  subject  " + account.subject + '\n';
    return text;
}

constexpr const char* consequences =
    "The server deletes the account, its tokens and its grant tokens: every program that reads its token "
    "here,\non this or another machine, stops getting one at once. Other accounts stay. If one of them rests "
    "on the\nsame consent of the same person, the provider is not asked to end the grant.\n";

bool isYes(std::string_view answer) {
    answer = base::trim(answer, " \t\r");
    return answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes" || answer == "YES";
}

} // namespace

void RevokeCommand::run() {
    if (!_invocation.yes && (_invocation.noInput || !_terminal.traits().answers))
        throw Failure(ExitCode::usage,
                      "nobody can be asked here whether to delete " + printable(_invocation.operand, 80),
                      "to delete it without a question: central-oauth revoke " +
                          shellWord(shownOr("ACCOUNT", _invocation.operand)) + " --yes");
    if (_invocation.yes)
        revoke(AccountSelection(_api, "revoke").id(_invocation.operand));
    else if (const std::optional<std::string> accountId = askedFor())
        revoke(*accountId);
    else
        _terminal.messages() << "Nothing was deleted." << std::endl;
}

std::optional<std::string> RevokeCommand::askedFor() {
    std::string name = _invocation.operand;
    std::string accountId = name;
    if (const std::optional<Account> account = find()) {
        _terminal.messages() << details(*account);
        accountId = account->accountId;
        name = account->person.shownAs() + " at " + account->provider + " (" + accountId + ")";
    }
    _terminal.messages() << consequences << std::flush;
    const std::optional<std::string> answer =
        _terminal.ask(_terminal.styled(Terminal::Style::strong, "Delete " + name + "?") + " [y/N] ");
    return answer && isYes(*answer) ? std::optional(accountId) : std::nullopt;
}

std::optional<Account> RevokeCommand::find() {
    const std::string& operand = _invocation.operand;
    try {
        return isAccountId(operand) ? _api.account(operand)
                                    : AccountSelection(_api, "revoke").account(operand);
    } catch (const ApiError& error) {
        // A key with the scope `revoke` may lack the scope to read the account.
        if (error.error().error == "insufficient_scope")
            return std::nullopt;
        throw failureOf(error, operand + " was not revoked");
    } catch (const Unreachable& error) {
        throw failureOf(error, operand + " was not revoked");
    }
}

void RevokeCommand::revoke(const std::string& accountId) {
    const std::string problem = accountId + " was not revoked";
    Revocation revocation;
    try {
        revocation = _api.revoke(accountId);
    } catch (const ApiError& error) {
        throw failureOf(error, problem);
    } catch (const Unreachable& error) {
        throw failureOf(error, error.outcomeUnknown() ? "whether " + accountId + " was revoked is unknown"
                                                      : problem);
    }
    if (revocation.local != "deleted")
        throw failureOf(UnreadableAnswer("local is not deleted"));
    _terminal.output() << accountId
                       << "\n  local     deleted; the server keeps no token of this account.\n  upstream  "
                       << upstreamText(revocation.upstream) << '\n';
}

} // namespace central_oauth::cli
