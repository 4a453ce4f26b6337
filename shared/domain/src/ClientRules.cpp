// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/ClientRules.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/domain/Labels.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace central_oauth::domain {

namespace {

using base::Error;
using base::ErrorCode;

bool isNameCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == ' ' || c == '.' || c == '_' || c == '-';
}

void checkName(const std::string& name, const std::string& what) {
    constexpr std::size_t longest = 64;
    const bool valid = !name.empty() && name.size() <= longest && name.back() != ' ' &&
                       std::isalnum(static_cast<unsigned char>(name.front())) != 0 &&
                       std::all_of(name.begin(), name.end(), isNameCharacter);
    if (!valid)
        throw Error(ErrorCode::invalidRequest,
                    what + " has 1 to 64 letters, digits, spaces, dots, dashes or underscores and begins "
                           "with a letter or digit.");
}

void checkScopes(const std::vector<std::string>& scopes, const std::vector<std::string>& known,
                 const std::string& what) {
    for (const auto& scope : scopes) {
        if (std::find(known.begin(), known.end(), scope) == known.end())
            throw Error(ErrorCode::invalidRequest, std::string(what)
                                                       .append(" is one of ")
                                                       .append(base::join(known, ", "))
                                                       .append("; \"")
                                                       .append(scope)
                                                       .append("\" is none."));
    }
    if (scopes.empty() || std::set<std::string>(scopes.begin(), scopes.end()).size() != scopes.size())
        throw Error(ErrorCode::invalidRequest, "Name at least one scope, and each once.");
}

void checkRange(int value, int highest, const std::string& what) {
    if (value < 1 || value > highest)
        throw Error(ErrorCode::invalidRequest,
                    what + " must be between 1 and " + std::to_string(highest) + ".");
}

} // namespace

const std::vector<std::string>& clientScopes() {
    static const std::vector<std::string> all{"link", "token", "revoke", "accounts"};
    return all;
}

void checkNewClient(const NewClient& wanted) {
    checkName(wanted.name, "A client name");
    checkScopes(wanted.scopes, clientScopes(), "A client scope");
    checkRange(wanted.linksPerMinute, 1'000'000, "The links per minute");
    checkRange(wanted.liveLinks, 10'000, "The live links");
    checkRange(wanted.maxAccounts, 1'000'000, "The accounts");
    checkRange(wanted.writesPerMinute, 1'000'000, "The writes per minute");
    checkRange(wanted.checksPerMinute, 1'000'000, "The checks per minute");
    requireLabel(wanted.contact, "contact");
}

void checkNewKey(const NewKey& wanted, const Client& client) {
    constexpr std::chrono::hours shortest{1};
    constexpr std::chrono::hours longest{24 * 3650};
    checkName(wanted.name, "A key name");
    if (wanted.scopes)
        checkScopes(*wanted.scopes, client.scopes, "A scope of a key of this client");
    if (wanted.life && (*wanted.life < shortest || *wanted.life > longest))
        throw Error(ErrorCode::invalidRequest, "A key lives between 1 hour and 3650 days.");
}

void checkKeep(std::chrono::hours keep) {
    constexpr std::chrono::hours longest{168};
    if (keep < std::chrono::hours(0) || keep > longest)
        throw Error(ErrorCode::invalidRequest, "keep_hours is a whole number from 0 to 168.");
}

} // namespace central_oauth::domain
