// SPDX-License-Identifier: Apache-2.0
// The one table of texts for the problems of an account.
#include "central_oauth/services/grants/AccountProblem.h"

#include "central_oauth/domain/Account.h"

#include <array>

namespace central_oauth::services {

namespace {

struct Words {
    std::string_view code;
    std::string_view what;
    std::string_view who;
    std::string_view how;
};

constexpr std::string_view byPerson = "person";
constexpr std::string_view serviceOperator = "operator";
constexpr std::string_view atlassian = "atlassian";

// First the ends of the grant itself, then the provider errors by kind, then the problems of this service.
constexpr std::array<Words, 18> table{{
    {problem::revokedOrExpired,
     "Upstream no longer accepts this grant: it was revoked, expired, or the password was changed.", byPerson,
     "The person approves a new link."},
    {problem::tooOld, "This service keeps no grant longer than its operator allows, and this one is older.",
     byPerson,
     "The person approves a new link; the operator may allow more with CENTRAL_OAUTH_GRANT_MAX_AGE."},
    {problem::scopesMissing, "The grant has lost a scope that the account's client requires.", byPerson,
     "The person approves a new link; if upstream still grants less, the operator compares the app's "
     "permissions with the provider's scopes."},
    {problem::suspended,
     "Upstream no longer accepts this grant, but it refused many others within minutes, so that the fault "
     "may "
     "be its own.",
     atlassian,
     "Nobody has to act: it is tried again when upstream accepts grants again, and needs a new link only if "
     "that fails."},
    {"invalid_grant", "Upstream no longer accepts this grant.", byPerson, "The person approves a new link."},
    {"access_denied", "Upstream refuses to refresh this grant: an administrator has closed it to this app.",
     byPerson,
     "The person asks the administrator of the site to let the app in, then approves a new link if reading "
     "the token still fails."},
    {"misconfigured", "Upstream refuses this service's app, so that no token can be refreshed.",
     serviceOperator,
     "The operator compares client id and secret with the app upstream; the log says what was refused."},
    {"rate_limited", "Upstream answers that it is asked too often.", atlassian,
     "Nobody has to act: it is tried again when upstream's time is over."},
    {"transient", "Upstream was not reached, or is down.", atlassian,
     "Nobody has to act: it is tried again with the next read. If it lasts, the operator looks at the "
     "network and upstream's status page."},
    {"ambiguous", "The answer to a refresh was lost on its way.", atlassian,
     "Nobody has to act: it is tried again with the next read, while upstream still takes the old token."},
    {"protocol", "Upstream answered something that this service does not understand.", serviceOperator,
     "The operator looks at the log, and updates the service if upstream has changed."},
    {problem::dnsFailed, "This service can't resolve upstream's host name, or its proxy's.", serviceOperator,
     "The operator checks name resolution (DNS) on the service's machine; the log names the host."},
    {problem::proxyFailed, "This service does not get through its own proxy (HTTPS_PROXY).", serviceOperator,
     "The operator checks HTTPS_PROXY and the proxy; the log says what it answered."},
    {problem::tlsUntrusted, "This service does not trust the certificate that upstream's address shows.",
     serviceOperator,
     "The operator checks that the address is right, and names the CA of a proxy in between in "
     "CENTRAL_OAUTH_UPSTREAM_CA; the log says what is wrong with the certificate."},
    {problem::clockWrong, "Upstream's certificate does not fit the clock of this service's machine.",
     serviceOperator, "The operator sets the clock; if it is right, upstream has to renew its certificate."},
    {problem::undecryptable,
     "The stored tokens can't be decrypted: their row in the database was damaged or changed.",
     serviceOperator,
     "The operator looks at the log and finds out who writes to the database. A new link of the person "
     "stores fresh tokens."},
    {problem::pluginFailed, "The plugin of this account's provider failed.", serviceOperator,
     "The operator looks at the log and updates the plugin."},
    {problem::providerRemoved,
     "This account's provider is no longer configured, so that no token can be "
     "refreshed.",
     serviceOperator, "The operator configures the provider again, or the account is deleted."},
}};

const Words* findWords(std::string_view code) {
    for (const auto& words : table) {
        if (words.code == code)
            return &words;
    }
    return nullptr;
}

AccountProblem make(std::string_view code, const std::optional<base::Timestamp>& since) {
    const auto* words = findWords(code);
    // The database holds a code of another version of this service.
    constexpr Words unknown{{},
                            "The last refresh of this account's token failed.",
                            serviceOperator,
                            "The operator looks at the log."};
    if (words == nullptr)
        words = &unknown;
    return {std::string(code), words->what, since, words->who, words->how};
}

} // namespace

std::optional<AccountProblem> problemOf(const domain::Account& account, bool isConfigured) {
    if (account.status == domain::AccountStatus::needsReauth)
        return make(account.reason, account.since);
    if (account.problem == problem::undecryptable)
        return make(account.problem, account.problemSince);
    if (!isConfigured)
        return make(problem::providerRemoved, std::nullopt);
    if (!account.problem.empty())
        return make(account.problem, account.problemSince);
    return std::nullopt;
}

std::string problemWords(std::string_view code) {
    const auto words = make(code, std::nullopt);
    return std::string(words.what) + " " + std::string(words.how);
}

} // namespace central_oauth::services
