// SPDX-License-Identifier: Apache-2.0
// Sealed values: each is encrypted for one row and only this service can read it.
#pragma once

#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/Link.h"

#include <cstdint>
#include <stdexcept>
#include <string>

namespace central_oauth::domain {

/// Where a sealed value belongs. All of it is authenticated with the value.
struct SealContext {
    std::string table;
    std::string field;
    std::string row; ///< the row's id, and what else must not change while the value is sealed
    ClientId client;
    std::uint64_t generation = 0;
};

/// A sealed value can't be opened: it was changed or moved, or its key is lost. Other values are not
/// affected. The message holds no content.
class UndecryptableError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Makes and opens sealed values. Thread-safe.
class Sealer {
public:
    virtual ~Sealer() = default;

    /// Returns a new blob at each call.
    [[nodiscard]] virtual Sealed seal(const SealContext& context, const Secret& value) const = 0;

    /// Throws: UndecryptableError.
    [[nodiscard]] virtual Secret open(const SealContext& context, const Sealed& sealed) const = 0;
};

[[nodiscard]] Sealed sealAuthorization(const Sealer& sealer, const Link& link,
                                       const Authorization& authorization);

/// Throws: UndecryptableError.
[[nodiscard]] Authorization openAuthorization(const Sealer& sealer, const Link& link);

/// Seals `grant` into the stage. The result opens only for the stage's link, owner and state.
void sealStage(const Sealer& sealer, Stage& stage, const StagedGrant& grant);

/// Throws: UndecryptableError.
[[nodiscard]] StagedGrant openStage(const Sealer& sealer, const Stage& stage);

/// Returns the account's grant for `tokens.version`.
[[nodiscard]] Grant sealGrant(const Sealer& sealer, const Account& account, const Tokens& tokens);

/// Each throws UndecryptableError if the value can't be opened, or if the grant belongs to another version,
/// client, provider, subject or person than the account.
[[nodiscard]] Secret openAccessToken(const Sealer& sealer, const Account& account, const Grant& grant);
[[nodiscard]] Secret openRefreshToken(const Sealer& sealer, const Account& account, const Grant& grant);

} // namespace central_oauth::domain
