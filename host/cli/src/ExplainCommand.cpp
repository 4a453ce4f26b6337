// SPDX-License-Identifier: Apache-2.0
// Shows what the server says about an account, with the next command to type.
#include "central_oauth/cli/ExplainCommand.h"

#include "central_oauth/base/Text.h"
#include "central_oauth/cli/AccountSelection.h"

namespace central_oauth::cli {

namespace {

constexpr std::size_t nameWidth = 14;

std::string line(const std::string& name, const std::string& value) {
    return "  " + name + std::string(nameWidth - name.size(), ' ') + value + '\n';
}

std::string lineIfAny(const std::string& name, const std::string& value) {
    return value.empty() ? std::string() : line(name, value);
}

std::string orElse(const std::string& value, const std::string& otherwise) {
    return value.empty() ? otherwise : value;
}

std::string statusWords(const Account& account) {
    const ExitCode verdict = verdictOn(account);
    if (verdict == ExitCode::grantDead)
        return "does not work until it is linked again";
    if (verdict != ExitCode::success)
        return "works until its token runs out, which can't be refreshed just now";
    return account.problem ? "works, but something is wrong" : "works";
}

std::string fixedBy(const std::string& who, const Account& account) {
    if (who == "person")
        return "the person: " + account.person.shownAs();
    if (who == "operator")
        return "the operator of the server";
    return who == "atlassian" ? "Atlassian" : who;
}

std::string nextStep(const Account& account) {
    std::string token = "central-oauth token " + account.accountId;
    if (verdictOn(account) == ExitCode::grantDead)
        return loginCommand(account);
    if (!account.problem || account.problem->who == "atlassian")
        return token;
    if (account.problem->who == "person")
        return loginCommand(account);
    return "give the operator what this prints: central-oauth explain " + account.accountId + " --json";
}

std::string problemLines(const Account& account) {
    if (!account.problem)
        return {};
    const Problem& problem = *account.problem;
    return line("what", problem.what + " (" + problem.code + ")") +
           line("since", orElse(problem.since, "nobody noticed when")) +
           line("who fixes it", fixedBy(problem.who, account)) + line("how", problem.how);
}

std::string siteLines(const Account& account) {
    std::string lines;
    for (const SiteInfo& site : account.sites) {
        const bool isChosen = account.site && site.cloudId == account.site->cloudId;
        const std::string url = site.name.empty() ? "" : "  " + site.url;
        lines +=
            line(lines.empty() ? "sites" : "", (isChosen ? "* " : "  ") + orElse(site.name, site.url) + url);
    }
    if (lines.empty())
        return line("sites", "none");
    if (account.site)
        return lines + line("", "(* tokens are for this one)");
    return lines + line("", "(none is chosen; choose one with: " + loginCommand(account) + " --site URL)");
}

Failure failureFor(const Account& account, ExitCode verdict) {
    if (verdict == ExitCode::grantDead)
        return Failure(verdict, "the grant of " + account.accountId + " does not work any more",
                       "link it again with: " + nextStep(account));
    return Failure(verdict, account.accountId + " has a problem: " + account.problem->what,
                   account.problem->how + " Then: " + nextStep(account));
}

} // namespace

ExitCode verdictOn(const Account& account) {
    if (account.status != "active")
        return ExitCode::grantDead;
    if (!account.problem)
        return ExitCode::success;
    // The operator may restore the missing key, but a new link helps the person immediately.
    return account.problem->code == "undecryptable" ? ExitCode::grantDead : ExitCode::unreachable;
}

std::string explanation(const Account& account) {
    const Person& who = account.person;
    const bool hasMore = !who.email.empty() && who.email != who.shownAs();
    return who.shownAs() + (hasMore ? " (" + who.email + ")" : "") + " at " + account.provider + '\n' +
           line("account", account.accountId) + lineIfAny("subject", account.subject) +
           lineIfAny("label", account.label) + line("status", statusWords(account)) + problemLines(account) +
           line("next", nextStep(account)) + siteLines(account) +
           line("scopes", orElse(base::join(account.scopes, " "), "none")) +
           line("linked", orElse(account.linkedAt, "unknown")) +
           line("last refresh", orElse(account.lastRefreshAt, "not since it was linked")) +
           line("last used", orElse(account.lastUsedAt, "never")) +
           lineIfAny("idle until", account.idleExpiresAt);
}

void ExplainCommand::run() {
    const Account account = AccountSelection(_api, "explain").account(_invocation.operand);
    _terminal.output() << (_invocation.json ? account.json + '\n' : explanation(account)) << std::flush;
    const ExitCode verdict = verdictOn(account);
    if (verdict != ExitCode::success)
        throw failureFor(account, verdict);
}

} // namespace central_oauth::cli
