// SPDX-License-Identifier: Apache-2.0
// The proof of each link's creator, in memory: a poll that proves nothing costs no look into the store.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/crypto/KeyedHasher.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/provider/Secret.h"
#include "central_oauth/services/Caller.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::services {

class PollTable;

/// The credential that the creator of a link presents to poll or cancel.
struct PollCredential {
    domain::PollMethod method = domain::PollMethod::secret;
    std::string hash;      ///< SHA-256 of the link secret or of the verifier
    base::ClientId client; ///< with a verifier: the client whose key came with it

    /// Returns whether a bearer credential begins like a link secret, well-formed or not.
    [[nodiscard]] static bool isSecret(const provider::Secret& bearer);

    /// Returns the credential of a link secret. Throws: invalidCredential if the text is no link secret at
    /// all.
    [[nodiscard]] static PollCredential ofSecret(const provider::Secret& secret);

    /// Returns the credential of a code verifier. Requires the caller's scope `link`. Throws: invalidRequest
    /// if the text is no code verifier (RFC 7636 section 4.1), then insufficientScope.
    [[nodiscard]] static PollCredential ofVerifier(const Caller& caller, std::string_view verifier);
};

/// Authenticates polls of all links that can still be answered.
///
/// Loaded from the store on the first call that needs it. LinkService adds each new link; as observer of the
/// store, the authenticator then learns of approval and end. Bounded: 10,000 links that are not finished
/// (LinkService creates no more) and 50,000 finished ones. The oldest finished links are evicted first, and
/// an evicted link is unknown.
///
/// The hasher, the clock and what `load` uses outlive this object.
/// Thread-safe.
/// One mutex guards the table; it is held while the table is loaded.
/// Errors: base::Error(internal) from `authenticate`, if hashing fails; what loading throws. The next call
/// loads again.
class PollAuthenticator final : public domain::CommitObserver {
public:
    /// The room for links; tests use less.
    struct Room {
        std::size_t live = 10'000;
        std::size_t finished = 50'000;
    };

    /// Returns the links that have not expired, or that expired within the last undoTime.
    using Load = std::function<std::vector<domain::Link>()>;

    PollAuthenticator(Load load, const crypto::KeyedHasher& hasher, const base::Clock& clock)
        : PollAuthenticator(std::move(load), hasher, clock, Room()) {}
    PollAuthenticator(Load load, const crypto::KeyedHasher& hasher, const base::Clock& clock,
                      const Room& room);
    ~PollAuthenticator() override;
    PollAuthenticator(const PollAuthenticator&) = delete;
    PollAuthenticator& operator=(const PollAuthenticator&) = delete;

    /// Loads the table, unless it is loaded.
    void load();

    /// Adds a link that was just created.
    void add(const domain::Link& link);

    /// Returns the link of that code if the credential is its creator's, otherwise nullopt. Does the same
    /// work for unknown codes, codes of others, wrong secrets, and texts that are no code at all.
    [[nodiscard]] std::optional<base::LinkId> authenticate(std::string_view code,
                                                           const PollCredential& credential) const;

    /// Marks the links that were approved or finished.
    void committed(const domain::Committed& changes) noexcept override;

    /// Returns whether the link waits for its approval and has not expired, as far as is known here.
    [[nodiscard]] bool isPending(const base::LinkId& link) const;

    /// Drops the links that are unknown by now (knownUntil).
    void purge();

    /// Returns how many links are known.
    [[nodiscard]] std::size_t count() const;

private:
    [[nodiscard]] PollTable& table() const;

    const crypto::KeyedHasher& _hasher;
    const base::Clock& _clock;
    mutable std::mutex _mutex; ///< guards all below
    mutable Load _load;        ///< empty once loaded
    const std::unique_ptr<PollTable> _table;
};

} // namespace central_oauth::services
