// SPDX-License-Identifier: Apache-2.0
// Who is calling, once proven.
#pragma once

#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/domain/Store.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::services {

/// The presenter of a valid credential: a client with its key, or the holder of one account with a grant
/// token.
struct Caller {
    domain::Client client;           ///< the client whose accounts the request is about
    std::string keyId;               ///< of the key or the grant token
    std::vector<std::string> scopes; ///< of the key or the grant token
    base::AccountId only{};          ///< with a grant token: the one account that it opens
    /// The one of the client's users that the request is for (header `Subject`); nullopt if the request names
    /// none.
    std::optional<std::string> subject{};
    /// With a grant token: the client key that the token descends from; see `issuer`.
    std::string issuingKey{};
    /// When the client key behind the credential expires. Everything that the caller makes expires by then.
    std::optional<base::Timestamp> issuerEnds{};

    [[nodiscard]] bool isHolder() const noexcept { return !only.empty(); }

    /// Returns the id of the client key from which everything that this caller makes descends.
    [[nodiscard]] const std::string& issuer() const noexcept { return isHolder() ? issuingKey : keyId; }

    /// Returns whether this request may learn of an account: the account must be of the caller's client, and
    /// within what the credential and the subject stand for.
    [[nodiscard]] bool reaches(const domain::Account& account) const;

    /// Returns, for the log, in which respect the account is not one that this caller reaches.
    [[nodiscard]] std::string whyUnreached(const domain::Account& account) const;

    /// Returns the name of a bucket that the holders of one account share. Other accounts, the client's keys,
    /// and each other subject have other buckets. A NUL can't be in an id or a subject.
    [[nodiscard]] std::string bucket() const;

    [[nodiscard]] bool has(const std::string& scope) const;

    /// Checks that the caller has the scope. Throws: Error(insufficientScope) naming the scope.
    void require(const std::string& scope) const;
};

/// A caller that is made once and then shared, by all requests of its credential where that is possible.
/// Immutable; never null. Thread-safe.
class SharedCaller {
public:
    explicit SharedCaller(std::shared_ptr<const Caller> caller) noexcept : _caller(std::move(caller)) {}
    explicit SharedCaller(Caller caller) : _caller(std::make_shared<const Caller>(std::move(caller))) {}

    /// Returns the same caller for another subject.
    [[nodiscard]] SharedCaller withSubject(std::string subject) const;

    [[nodiscard]] const Caller* operator->() const noexcept { return _caller.get(); }
    /// Services take a `const Caller&`.
    operator const Caller&() const noexcept { return *_caller; } // NOLINT(google-explicit-constructor)

private:
    std::shared_ptr<const Caller> _caller;
};

/// The origin of a request, for limits, pages and audit.
struct RequestOrigin {
    std::string address;
    std::string program; ///< User-Agent, as it may be shown
    std::string requestId;
};

/// Returns the account, reached or not. Returns nullopt if there is none. Throws: domain::DamagedRowError if
/// the account's row is damaged and the caller reaches it. Returns only the identity of a damaged account
/// that the caller does not reach.
[[nodiscard]] std::optional<domain::Account> findAccount(const domain::ReadView& view, const Caller& caller,
                                                         const base::AccountId& id);

/// Returns the account, if the caller reaches it. Requires: the caller's scope has been checked. Throws:
/// base::Error(notFound), the same for an account of others and for one that does not exist.
[[nodiscard]] domain::Account getReached(const domain::ReadView& view, const Caller& caller,
                                         const base::AccountId& id);

// Actors, for audit entries.

[[nodiscard]] domain::Actor actorOf(const Caller& caller, const RequestOrigin& origin);
[[nodiscard]] domain::Actor actorOf(const base::ClientId& client, const RequestOrigin& origin);
[[nodiscard]] domain::Actor browserOf(const RequestOrigin& origin);

} // namespace central_oauth::services
