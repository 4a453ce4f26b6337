// SPDX-License-Identifier: Apache-2.0
// What proves the creator of each link, in memory: a poll that proves nothing costs no look into the store.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/crypto/KeyedHasher.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/provider/Secret.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/store/LinkRepository.h"

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::services {

/// What the creator of a link presents when it polls or cancels.
struct PollCredential {
    domain::PollProof proof = domain::PollProof::secret;
    std::string hash;      ///< SHA-256 of the link secret or of the verifier
    base::ClientId client; ///< with a verifier: the client whose key came with it

    /// Whether a bearer credential begins like a link secret, well-formed or not.
    [[nodiscard]] static bool isSecret(const provider::Secret& bearer);

    /// Throws: invalidCredential if the text is no link secret at all.
    [[nodiscard]] static PollCredential ofSecret(const provider::Secret& secret);

    /// Requires the caller's scope `link`. Throws: invalidRequest if the text is no code verifier
    /// (RFC 7636 section 4.1), then insufficientScope.
    [[nodiscard]] static PollCredential ofVerifier(const Caller& caller, std::string_view verifier);
};

/// The proofs of all links that a poll can still be answered for.
///
/// Loaded once, then written through by those who create, end and purge links. Bounded: 10,000 links that are
/// not finished (LinkService creates no more) and 50,000 others; of those the oldest go first,
/// and a link that went is unknown.
///
/// The hasher and the clock outlive it. Threads: any; one mutex guards the table. Errors:
/// base::Error(internal) from `prove`, if hashing fails.
class LinkVerifiers {
public:
    /// For how many links there is room; less is for tests.
    struct Room {
        std::size_t live = 10'000;
        std::size_t finished = 50'000;
    };

    /// `known`: LinkRepository::proofs at the start.
    LinkVerifiers(std::vector<store::LinkProof> known, const crypto::KeyedHasher& hasher,
                  const base::Clock& clock)
        : LinkVerifiers(std::move(known), hasher, clock, Room()) {}
    LinkVerifiers(std::vector<store::LinkProof> known, const crypto::KeyedHasher& hasher,
                  const base::Clock& clock, const Room& room);

    /// A link that was created just now.
    void add(const store::LinkProof& proof);

    /// The link of that code, if the credential is its creator's. Does the same work for unknown codes, codes
    /// of others, wrong secrets, and texts that are no code at all.
    [[nodiscard]] std::optional<base::LinkId> prove(std::string_view code,
                                                    const PollCredential& credential) const;

    /// The person has approved the link.
    void approve(const base::LinkId& link);

    /// Whether nobody has approved the link yet and it may still be approved, as far as is known here.
    [[nodiscard]] bool isPending(const base::LinkId& link) const;

    /// The link is delivered or ended: room for it is no longer kept at any rate.
    void finish(const base::LinkId& link);

    /// Drops the links that are unknown by now (expiredLinkShown).
    void purge();

    /// How many links are kept in mind.
    [[nodiscard]] std::size_t count() const;

private:
    struct Entry {
        store::LinkProof proof;
        bool isFinished = false;
    };

    void finishOne(Entry& entry);
    void finishExpired(base::Timestamp now);
    void makeRoom();
    void dropOldestFinished();

    const crypto::KeyedHasher& _hasher;
    const base::Clock& _clock;
    const Room _room;
    mutable std::mutex _mutex;                  ///< guards all below
    std::map<std::string, Entry> _entries;      ///< by the code's hash, which nobody outside can choose
    std::map<base::LinkId, std::string> _codes; ///< the same hashes
    std::deque<std::string> _finished;          ///< the same hashes, of finished links, oldest first
};

} // namespace central_oauth::services
