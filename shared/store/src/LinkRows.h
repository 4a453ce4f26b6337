// SPDX-License-Identifier: Apache-2.0
// Rows of links, as every part of the link repository needs them. The caller holds the transaction.
#pragma once

#include "DamageLog.h"
#include "Query.h"
#include "StageCodec.h"
#include "Vault.h"
#include "central_oauth/store/Records.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <Poco/Data/Session.h>

namespace central_oauth::store {

/// The statuses of a link that is not finished, as the schema's partial indexes name them; keep both alike.
inline constexpr auto liveStatuses = "status IN ('pending', 'authorizing', 'choosing', 'staged')";

/// A link with what is sealed into its row.
struct LinkRow {
    Link link;
    std::string authorization; ///< sealed; empty: none
    std::string stagedGrant;   ///< sealed; empty: none
};

[[nodiscard]] std::optional<LinkRow> selectLink(Poco::Data::Session& session, const LinkId& id);

/// By a column of raw bytes, e.g. "code_hash".
[[nodiscard]] std::optional<LinkRow> selectLinkBy(Poco::Data::Session& session, const std::string& column,
                                                  const std::string& hash);

/// The live links that a client's subject has at a provider, in that status, oldest first. Damaged ones are
/// left out.
[[nodiscard]] std::vector<LinkRow> selectLive(Poco::Data::Session& session, DamageLog& damage,
                                              const ClientId& client, const std::string& provider,
                                              const std::string& subject, LinkStatus status, Timestamp now);

/// Links of whatever client whose grant at a provider waits for its site or its delivery; without damaged
/// ones.
[[nodiscard]] std::vector<LinkRow> selectStaged(Poco::Data::Session& session, DamageLog& damage,
                                                const std::string& provider);

/// Returns the earliest live links that have expired and whose end is not noted, except those of `without`.
[[nodiscard]] std::vector<LinkRow> selectUnnotedExpired(Poco::Data::Session& session, DamageLog& damage,
                                                        Timestamp now, int most,
                                                        const std::set<LinkId>& without);

/// Keeps what has changed since `before`. An ended link loses authorization and stage, one without a state
/// its authorization. `keyId` is the key of what was sealed anew, if anything was.
void keepLink(Poco::Data::Session& session, const LinkRow& before, LinkRow after, const std::string& keyId);

/// Notes the end of a link that has expired. Returns false if somebody has noted it before.
bool noteEnd(Poco::Data::Session& session, const LinkId& id, Timestamp now);

/// Ends an unfinished link, also one whose row is damaged. Returns false if it was finished, or is gone.
bool endLink(Poco::Data::Session& session, const LinkId& id, EndReason reason, Timestamp now,
             const std::optional<EndCause>& cause = std::nullopt);

/// Whose a dropped stage was besides its link's, and whether upstream is to be asked.
struct DroppedFrom {
    AccountId account; ///< empty: the grant was never delivered
    Revocation revocation = Revocation::asConfigured;
};

/// A row of dropped_stages.
struct DroppedRow {
    LinkRow row;
    std::string clientName;
    DroppedFrom from;
};

/// Which dropped stages are selected.
struct DroppedFilter {
    const std::vector<std::string>& providers;
    bool isTheirs; ///< false: those of any other provider
};

/// The dropped stages, oldest first by their rows, at most so many sound ones.
[[nodiscard]] std::vector<DroppedRow> selectDroppedStages(Poco::Data::Session& session, DamageLog& damage,
                                                          const DroppedFilter& filter, int most);

/// Adds a stage that no link holds. Requires: `link` has the id of the link that brought it.
void addDroppedStage(Poco::Data::Session& session, const Vault& vault, const Link& link, const Stage& stage,
                     const DroppedFrom& from);

/// False: there is none of that link.
bool forgetDroppedStage(Poco::Data::Session& session, const LinkId& id);

/// Generations of links.staged_grant: as upstream gave it, and as delivered, without its refresh token.
inline constexpr std::uint64_t stagedGeneration = 0;
inline constexpr std::uint64_t deliveredGeneration = 1;

[[nodiscard]] std::string sealStage(const Vault& vault, const Link& link, const Stage& stage,
                                    std::uint64_t generation);

/// Throws: UndecryptableError.
[[nodiscard]] Stage openStage(const Vault& vault, const LinkRow& row, std::uint64_t generation);

[[nodiscard]] std::string sealAuthorization(const Vault& vault, const Link& link,
                                            const Authorization& authorization);

/// Throws: UndecryptableError.
[[nodiscard]] Authorization openAuthorization(const Vault& vault, const LinkRow& row);

} // namespace central_oauth::store
