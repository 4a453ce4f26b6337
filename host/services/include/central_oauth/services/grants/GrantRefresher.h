// SPDX-License-Identifier: Apache-2.0
// Keeps grants alive: one refresh of a grant runs at a time, its intent is stored before upstream is asked,
// and its new pair of tokens before anybody sees it.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/ExpiringMap.h"
#include "central_oauth/base/KeyedMutex.h"
#include "central_oauth/base/RateLimiter.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Refreshing.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/grants/KeepingPolicy.h"
#include "central_oauth/services/grants/ProviderHealth.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace central_oauth::services {

/// Thrown if the grant is dead or its tokens can't be opened. Holds the account, so that the account can be
/// linked again.
class NeedsReauth : public base::Error {
public:
    explicit NeedsReauth(domain::Account account);
    [[nodiscard]] const domain::Account& account() const noexcept { return _account; }

private:
    domain::Account _account;
};

/// An account and its grant, of one snapshot.
struct HeldGrant {
    domain::Account account;
    std::optional<domain::Grant> grant; ///< nullopt if there is none, or it is damaged
    std::string damage{};               ///< of the grant's row, for the log; empty if there is none

    /// Reads the grant of an account of that view.
    [[nodiscard]] static HeldGrant of(const domain::ReadView& view, domain::Account account);
};

/// How an attempt to refresh a grant ended.
struct RefreshOutcome {
    /// Why no new pair is stored. Without a failure the caller reads the account again: it has another pair,
    /// its grant is dead, or it was deleted.
    std::optional<base::Error> failure{};
    /// When to attempt the same refresh again, even if nobody asks for it: upstream may have replaced the
    /// pair, or its answer is not stored yet.
    std::optional<std::chrono::milliseconds> again{};
    bool hasSuspendedOthers = false; ///< there are more pending refreshes in the journal
};

/// Refreshes grants (RFC 6749 section 6; docs/architecture.md, "Refreshing"). Upstream takes a spent refresh
/// token for a stolen one, and ends its whole grant, unless the token comes again within a leeway. So a
/// refresh is stored as pending before its token is sent, and settled together with what the answer changes.
/// After a lost answer or a crash the same token is sent again until upstream has answered. Nothing else
/// opens the refresh token of an account.
///
/// Lock order: the account's mutex, then the database; no transaction is open during a network call. The
/// parts outlive the refresher.
///
/// Thread-safe.
/// A caller may wait for another caller's refresh of the same account, never for another account's.
class GrantRefresher {
public:
    struct Parts {
        domain::Store& store;
        const domain::Sealer& sealer;
        const ProviderCatalog& providers;
        const base::Clock& clock;
        logging::Logger& logger;
        KeepingPolicy keeping{};
        bool keepsJournal = true; ///< false only in a test that shows what the journal is for
    };

    explicit GrantRefresher(const Parts& parts);

    /// Asks upstream to replace the pair of that version. Does nothing if another pair is stored whose access
    /// token has not expired, or after a recent failure.
    [[nodiscard]] RefreshOutcome refresh(const base::AccountId& id, std::int64_t version,
                                         const domain::Actor& actor);

    /// Attempts the pending refresh of that version again, regardless of a recent failure. Does nothing if it
    /// is settled.
    [[nodiscard]] RefreshOutcome resume(const base::AccountId& id, std::int64_t version);

    /// Returns the failure of that version's last refresh; nullopt if the refresh has succeeded or is long
    /// ago.
    [[nodiscard]] std::optional<base::Error> recentFailure(const base::AccountId& id, std::int64_t version);

    /// Returns that failure only while upstream is not to be asked again because of it.
    [[nodiscard]] std::optional<base::Error> pauseOf(const base::AccountId& id, std::int64_t version);

    /// Lets refreshes of that provider be tried at once that have failed because it was misconfigured. Call
    /// it when its settings have changed.
    void forgetMisconfiguration(const std::string& provider);

    /// Stores the new pairs that could not be stored when they came; for the end of the service. Returns how
    /// many are left.
    std::size_t storeUnstored();

    /// Returns whether `require` would return the grant at once.
    [[nodiscard]] static bool isSound(const HeldGrant& held);

    /// Returns the grant, if it is sound and not dead. Ends a grant that lacks a scope its client requires.
    /// Called whenever an account is read, so that a crash between a refresh and this verdict changes
    /// nothing. Throws: notFound, NeedsReauth.
    [[nodiscard]] const domain::Grant& require(const HeldGrant& held, const domain::Actor& actor);

    /// Reports that a token of the account can't be opened: in the log, the audit trail (once a minute) and
    /// as the account's problem. Throws: NeedsReauth, always.
    [[noreturn]] void refuseUndecryptable(domain::Account account, std::string_view why,
                                          const domain::Actor& actor);

    /// Throws: NeedsReauth if a refresh has found that the account's tokens can't be opened.
    static void requireDecryptable(const domain::Account& account);

    /// Ends the problem of tokens that can't be opened, if the refresh token can be opened now. Requires: the
    /// access token can be opened.
    void endUndecryptable(domain::Account& account, const domain::Grant& grant);

private:
    struct Pause {
        std::int64_t version; ///< a re-linked account starts anew
        base::Error failure;
        bool isUpstreams = true; ///< otherwise it may be over at any time
        std::string provider{};  ///< empty if it is not upstream's
    };

    /// A new pair that upstream has given and the store has refused.
    struct Unstored {
        HeldGrant held;
        provider::TokenSet fresh;
        base::Moment asked;
    };
    enum class Demand { caller, journal };
    enum class Attempt { first, again };

    [[nodiscard]] RefreshOutcome run(const base::AccountId& id, std::int64_t version,
                                     const domain::Actor& actor, Demand demand);
    [[nodiscard]] RefreshOutcome attempt(const base::AccountId& id, std::int64_t version,
                                         const domain::Actor& actor, Demand demand);
    void requireAlive(const domain::Account& account, const domain::Actor& actor);
    [[nodiscard]] bool isAlive(const domain::Grant& grant) const;
    [[nodiscard]] std::optional<base::Error> obstacle(const HeldGrant& held, Demand demand);
    [[nodiscard]] std::optional<domain::BegunRefresh> begin(const HeldGrant& held);
    [[nodiscard]] RefreshOutcome askUpstream(const HeldGrant& held, const provider::Secret& token,
                                             const domain::BegunRefresh& begun, const domain::Actor& actor);
    [[nodiscard]] RefreshOutcome afterFailure(const HeldGrant& held, const provider::ProviderError& failure,
                                              const domain::BegunRefresh& begun, const domain::Actor& actor,
                                              bool isOutdated);
    [[nodiscard]] RefreshOutcome afterDeath(const domain::Account& account,
                                            const domain::PendingRefresh& pending,
                                            const domain::Actor& actor);
    bool suspend(const base::AccountId& id, std::int64_t version, const domain::Actor& actor);
    [[nodiscard]] bool revive(const base::AccountId& id, const domain::Actor& actor);
    [[nodiscard]] RefreshOutcome pending(const HeldGrant& held, const domain::BegunRefresh& begun,
                                         base::Error failure, std::chrono::seconds least,
                                         std::string_view problem);
    [[nodiscard]] base::Error pause(const HeldGrant& held, const base::Error& failure,
                                    std::chrono::seconds length, std::string_view problem);
    void settle(const base::AccountId& id, std::int64_t version);
    [[nodiscard]] std::optional<Unstored> takeUnstored(const base::AccountId& id);
    [[nodiscard]] RefreshOutcome keep(Unstored pair, Attempt which);
    void store(const Unstored& pair);
    bool bury(const domain::Account& account, std::string_view reason, const domain::Actor& actor);
    void noteProblem(const domain::Account& account, std::string_view problem,
                     const std::optional<domain::AuditEntry>& entry = std::nullopt);

    Parts _parts;
    logging::Channel _log;
    ProviderHealth _health;
    base::KeyedMutex _refreshing;
    base::ExpiringMap<base::AccountId, Pause> _pauses; ///< a struggling upstream is not asked at every read
    base::RateLimiter _auditGate;
    std::atomic<unsigned> _corrections{0};               ///< calls of forgetMisconfiguration
    std::mutex _mutex;                                   ///< guards _unstored
    std::unordered_map<std::string, Unstored> _unstored; ///< by account
};

} // namespace central_oauth::services
