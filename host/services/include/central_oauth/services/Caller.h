// SPDX-License-Identifier: Apache-2.0
// Who is calling, once proven.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Client.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::services {

/// The four scopes of a client key.
inline const std::vector<std::string>& clientScopes() {
    static const std::vector<std::string> all{"link", "token", "revoke", "accounts"};
    return all;
}

/// A client's name in audit entries.
inline std::string actorOf(const base::ClientId& client) {
    return "client:" + client.value();
}

/// Who presented a valid credential: a client with its key, or the holder of one account with a grant token.
struct Caller {
    domain::Client client;           ///< whose accounts are meant
    std::string keyId;               ///< of the key or the grant token
    std::vector<std::string> scopes; ///< of the key or the grant token
    base::AccountId only{};          ///< with a grant token: the one account it opens
    /// The one of the client's users that the request is for (header `Subject`); nothing: not said.
    std::optional<std::string> subject{};
    /// With a grant token: the client key that it descends from; see `issuer`.
    std::string issuingKey{};
    /// When the client key behind the credential expires: nothing that the caller makes outlives it.
    std::optional<base::Timestamp> issuerEnds{};

    [[nodiscard]] bool isHolder() const noexcept { return !only.empty(); }

    /// The id of the client key that what this caller makes descends from.
    [[nodiscard]] const std::string& issuer() const noexcept { return isHolder() ? issuingKey : keyId; }

    /// Whether this request may learn of an account of its client.
    [[nodiscard]] bool reaches(const domain::Account& account) const {
        return (only.empty() || only == account.id) && (!subject || *subject == account.subject);
    }

    /// For the log: what of an account does not fit what this caller reaches.
    [[nodiscard]] std::string whyUnreached(const domain::Account& account) const {
        if (!only.empty() && only != account.id)
            return "the grant token is of account " + only.value() + ", asked for is " + account.id.value();
        return "Subject is \"" + subject.value_or("") + "\", the account's \"" + account.subject + "\"";
    }

    /// The name in audit entries.
    [[nodiscard]] std::string actor() const {
        return isHolder() ? "grant_token:" + keyId : actorOf(client.id);
    }

    /// Names a bucket that the holders of one account share, apart from those of other accounts, the client's
    /// keys, and each other subject. A NUL can't be in an id or a subject.
    [[nodiscard]] std::string bucket() const {
        return client.id.value() + '\0' + only.value() + '\0' + subject.value_or("");
    }

    [[nodiscard]] bool has(const std::string& scope) const {
        return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
    }

    /// Throws: Error(insufficientScope) naming the scope.
    void require(const std::string& scope) const {
        if (!has(scope))
            throw base::Error(base::ErrorCode::insufficientScope,
                              "This route needs a key with the scope " + scope + ".",
                              "needed is " + scope + ", the credential has " + scopeList());
    }

private:
    [[nodiscard]] std::string scopeList() const { return scopes.empty() ? "none" : base::join(scopes, " "); }
};

/// Where a request comes from, for limits, pages and audit.
struct Source {
    std::string address;
    std::string program; ///< User-Agent, as it may be shown
    std::string requestId;
};

} // namespace central_oauth::services
