// SPDX-License-Identifier: Apache-2.0
// Who is calling, once proven.
#pragma once

#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/domain/Store.h"

#include <optional>
#include <string>
#include <vector>

namespace central_oauth::services {

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

    /// Whether this request may learn of an account: one of its client, and of what its credential and its
    /// subject stand for.
    [[nodiscard]] bool reaches(const domain::Account& account) const;

    /// For the log: what of an account does not fit what this caller reaches.
    [[nodiscard]] std::string whyUnreached(const domain::Account& account) const;

    /// Names a bucket that the holders of one account share, apart from those of other accounts, the client's
    /// keys, and each other subject. A NUL can't be in an id or a subject.
    [[nodiscard]] std::string bucket() const;

    [[nodiscard]] bool has(const std::string& scope) const;

    /// Throws: Error(insufficientScope) naming the scope.
    void require(const std::string& scope) const;
};

/// Where a request comes from, for limits, pages and audit.
struct RequestOrigin {
    std::string address;
    std::string program; ///< User-Agent, as it may be shown
    std::string requestId;
};

/// Returns the account, reached or not. Throws: domain::DamagedRowError if its row is damaged and the caller
/// reaches it; of another damaged one only the identity comes back.
[[nodiscard]] std::optional<domain::Account> findAccount(const domain::ReadView& view, const Caller& caller,
                                                         const base::AccountId& id);

/// Returns the account, if the caller reaches it. Requires: the caller's scope has been checked. Throws:
/// base::Error(notFound), the same for an account of others and for one that does not exist.
[[nodiscard]] domain::Account getReached(const domain::ReadView& view, const Caller& caller,
                                         const base::AccountId& id);

// Who acts, for audit entries.

[[nodiscard]] domain::Actor actorOf(const Caller& caller, const RequestOrigin& origin);
[[nodiscard]] domain::Actor actorOf(const base::ClientId& client, const RequestOrigin& origin);
[[nodiscard]] domain::Actor browserOf(const RequestOrigin& origin);

} // namespace central_oauth::services
