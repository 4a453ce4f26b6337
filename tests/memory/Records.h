// SPDX-License-Identifier: Apache-2.0
// Records to put into a store, and shortcuts for what most tests begin with.
#pragma once

#include "FakeClock.h"
#include "central_oauth/domain/Delivery.h"
#include "central_oauth/domain/KeyDescent.h"
#include "central_oauth/domain/Linking.h"

#include <chrono>
#include <string>

namespace central_oauth::memory {

/// Returns `cli_<name>`.
[[nodiscard]] domain::Client makeClient(const std::string& name, base::Timestamp now);
[[nodiscard]] domain::ClientKey makeKey(const domain::Client& client, const std::string& keyId);
/// Returns a pending link of the client `cli_alpha`, `lnk_<number>`; its hashes follow from its number.
[[nodiscard]] domain::Link makeLink(const std::string& number, base::Timestamp now,
                                    const std::string& subject = "ann");
[[nodiscard]] domain::Authorization makeAuthorization(const std::string& state);
/// Returns a grant of upstream's with the tokens `access-<mark>` and `refresh-<mark>`.
[[nodiscard]] domain::StagedGrant makeGrant(const std::string& mark, base::Timestamp now,
                                            const std::string& person = "person-1");
[[nodiscard]] domain::Tokens makeTokens(const std::string& mark, base::Timestamp now);
/// Returns `acc_<number>` of the client `cli_alpha`, linked now.
[[nodiscard]] domain::Account makeAccount(const std::string& number, base::Timestamp now,
                                          const std::string& subject = "ann");
[[nodiscard]] domain::GrantToken makeGrantToken(const std::string& keyId, const base::AccountId& account,
                                                base::Timestamp now);
[[nodiscard]] std::string revealed(const domain::Secret& secret);

/// The store and what is needed to put records into it.
struct Place {
    domain::Store& store;
    const domain::Sealer& sealer;
    base::Timestamp now;
};

/// Stores `cli_<name>` with the key `key-<name>`.
domain::Client addClient(const Place& place, const std::string& name);

/// Takes a new link to `authorizing`, with the state hash `state-of-<id>`.
base::LinkId approveLink(const Place& place, const domain::Link& link);

/// Takes a new link through the browser to `staged` or `choosing`; it expires two minutes from now.
base::LinkId stageLink(const Place& place, const domain::Link& link, const domain::StagedGrant& grant);
base::LinkId stageLink(const Place& place, const std::string& number, const domain::StagedGrant& grant,
                       const std::string& subject = "ann");

/// Links and delivers an account `acc_<number>` of `cli_alpha` and the person `person-<number>`.
base::AccountId linkAccount(const Place& place, const std::string& number,
                            const std::string& subject = "ann");

/// Finds and drops the surplus of at most `most` links of each kind, in one transaction. Returns how many
/// were changed.
std::size_t purgeLinks(domain::Transaction& transaction, base::Timestamp now, std::size_t most);

/// Returns the stored link.
[[nodiscard]] domain::Link linkOf(const domain::Store& store, const base::LinkId& id);
[[nodiscard]] domain::Account accountOf(const domain::Store& store, const base::AccountId& id);
[[nodiscard]] domain::Tokens tokensOf(const Place& place, const base::AccountId& id);
[[nodiscard]] std::optional<domain::Stage> stageOf(const domain::Store& store, const base::LinkId& id);

} // namespace central_oauth::memory
