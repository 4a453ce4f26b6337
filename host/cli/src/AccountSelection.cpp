// SPDX-License-Identifier: Apache-2.0
// Compares names exactly, then in their folded form. Anything looser could hand out another account's token.
#include "central_oauth/cli/AccountSelection.h"

#include "central_oauth/base/TypedName.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/cli/PrintableText.h"

#include <algorithm>
#include <iterator>

namespace central_oauth::cli {

namespace {

constexpr std::size_t mostNamed = 20;

// A name as the person typed it, and how to compare it with others.
struct TypedText {
    std::string text;
    bool folded = false; ///< compared by base::foldTypedName; `text` is folded already
};

bool bears(const Account& account, const std::string& kind, const TypedText& typed) {
    return std::any_of(account.names.begin(), account.names.end(), [&](const AccountName& own) {
        const std::string name = typed.folded ? base::foldTypedName(own.text) : own.text;
        return own.kind == kind &&
               (name == typed.text || (kind == "site" && base::sameSiteUrl(name, typed.text)));
    });
}

// The accounts that have a name, and the kind of that name.
struct Bearers {
    std::vector<Account> accounts;
    std::string kind;
};

// The provider's name comes first: the operator chose it, and no person whose account is linked.
Bearers thoseWith(const std::vector<Account>& accounts, const TypedText& name) {
    Bearers found;
    for (const char* kind : {"provider", "label", "email", "site", "subject", "display name"}) {
        found.kind = kind;
        std::copy_if(accounts.begin(), accounts.end(), std::back_inserter(found.accounts),
                     [&](const Account& account) { return bears(account, kind, name); });
        if (!found.accounts.empty())
            break;
    }
    // An equal label selects one of the provider's accounts, but none of another provider.
    const auto labelled = [&](const Account& account) { return bears(account, "label", name); };
    if (found.kind == "provider" &&
        std::count_if(found.accounts.begin(), found.accounts.end(), labelled) == 1)
        std::erase_if(found.accounts, [&](const Account& account) { return !labelled(account); });
    return found;
}

bool canBeProvider(const std::string& name) {
    return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
}

std::string choiceOf(const std::vector<Account>& accounts) {
    std::string choice;
    for (std::size_t i = 0; i < std::min(accounts.size(), mostNamed); ++i)
        choice += "\n    " + accounts[i].accountId + "  " + accounts[i].provider + "  " +
                  accounts[i].person.shownAs() + "  " + siteText(accounts[i].site, accounts[i].sites.size());
    if (accounts.size() > mostNamed)
        choice += "\n    ... all of them: central-oauth accounts";
    return choice;
}

std::string rawSubject(const Account& account) {
    const auto found = std::find_if(account.names.begin(), account.names.end(),
                                    [](const AccountName& name) { return name.kind == "subject"; });
    return found == account.names.end() ? std::string() : found->text;
}

} // namespace

std::string AccountSelection::id(const std::string& operand) {
    const std::string typed = base::foldTypedName(operand);
    return isAccountId(typed) ? typed : choose(operand).accountId;
}

Account AccountSelection::account(const std::string& operand) {
    const std::string typed = base::foldTypedName(operand);
    if (!isAccountId(typed))
        return choose(operand);
    const std::string problem = "the account " + typed + " could not be read";
    try {
        return _api.account(typed);
    } catch (const ApiError& error) {
        throw failureOf(error, problem);
    } catch (const Unreachable& error) {
        throw failureOf(error, problem);
    }
}

std::vector<Account> AccountSelection::list(const std::string& operand) {
    const std::string problem = "the linked accounts could not be listed";
    try {
        return _api.accounts({});
    } catch (const ApiError& error) {
        const Failure told = failureOf(error, problem);
        if (operand.empty() || error.error().error != "insufficient_scope")
            throw told;
        throw Failure(told.code(), problem + ", so that " + printable(operand, 80) + " can't be looked up",
                      "name the account by its id (acc_...), or ask the operator for a client key with the "
                      "scope accounts")
            .withServer(told.serverText(), told.requestId());
    } catch (const Unreachable& error) {
        throw failureOf(error, problem);
    }
}

Account AccountSelection::choose(const std::string& operand) {
    const std::vector<Account> accounts = list(operand);
    if (accounts.empty())
        throw Failure(ExitCode::linkNeeded, "no account is linked",
                      "link needed: run central-oauth login PROVIDER");
    const std::string folded = base::foldTypedName(operand);
    Bearers bearers = operand.empty() ? Bearers{accounts, {}} : thoseWith(accounts, {operand});
    if (bearers.accounts.empty() && !folded.empty())
        bearers = thoseWith(accounts, {folded, true});
    std::vector<Account>& meant = bearers.accounts;
    if (meant.size() == 1) {
        if (bearers.kind == "site" || bearers.kind == "display name")
            refuseProvider(folded);
        return std::move(meant.front());
    }
    if (meant.empty())
        throw Failure(ExitCode::unknownAccount, "no account is called " + printable(operand, 80),
                      "list your accounts with: central-oauth accounts");
    const std::string count = std::to_string(meant.size()) + " accounts are ";
    throw Failure(ExitCode::usage,
                  operand.empty() ? count + "linked, and none was named"
                                  : count + "called " + printable(operand, 80),
                  "name one by its id: central-oauth " + _command + " ACCOUNT" + choiceOf(meant));
}

// Refuses the name of a provider. Other people name sites and persons, so a site called "jira" must not lead
// to an account at another provider.
void AccountSelection::refuseProvider(const std::string& operand) {
    if (!canBeProvider(operand))
        return;
    const std::string problem = "whether " + printable(operand, 80) + " is a provider could not be read";
    try {
        const std::vector<std::string> providers = _api.providers();
        if (std::find(providers.begin(), providers.end(), operand) == providers.end())
            return;
    } catch (const ApiError& error) {
        throw failureOf(error, problem);
    } catch (const Unreachable& error) {
        throw failureOf(error, problem);
    }
    throw Failure(
        ExitCode::unknownAccount,
        "no account is linked at the provider " + operand + ", though another account has that name",
        "list your accounts with: central-oauth accounts; or link one: " + loginCommand(operand, "", ""));
}

bool isAccountId(const std::string& text) {
    return text.rfind("acc_", 0) == 0 && isIdentifier(text);
}

std::string accountLine(const Account& account) {
    const std::string site = account.site ? ", " + siteText(account.site, account.sites.size()) : "";
    return account.person.shownAs() + " at " + account.provider + site + " (" + account.accountId + ")";
}

std::string loginCommand(const std::string& provider, const std::string& subject, const std::string& site) {
    std::string command =
        "central-oauth login " + (provider.empty() ? "PROVIDER" : shellWord(shownOr("PROVIDER", provider)));
    if (!subject.empty())
        command += " --subject " + shellWord(shownOr("SUBJECT", subject));
    if (!site.empty())
        command += " --site " + shellWord(shownOr("SITE", site));
    return command;
}

std::string loginCommand(const Account& account) {
    return loginCommand(account.provider, rawSubject(account), account.site ? account.site->webAddress : "");
}

} // namespace central_oauth::cli
