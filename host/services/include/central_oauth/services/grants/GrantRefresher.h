// SPDX-License-Identifier: Apache-2.0
// Keeps grants alive: one refresh of a grant runs at a time, and its new pair of tokens is stored before
// anybody sees it.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/ExpiringMap.h"
#include "central_oauth/base/KeyedMutex.h"
#include "central_oauth/base/RateLimiter.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/UpstreamLimiter.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

/// Refreshes grants (RFC 6749 section 6; docs/architecture.md, "Refreshing"). Upstream takes a spent refresh
/// token for a stolen one, so each is sent by one caller and its successor stored at once. Nothing else opens
/// the refresh token of an account.
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
        UpstreamLimiter& upstream; ///< shared with the other services that wait for upstream
    };

    explicit GrantRefresher(const Parts& parts);

    /// Asks upstream to replace the pair of that version. Does nothing if another pair is stored whose access
    /// token has not expired. Returns nullopt if the caller must read the account again: the account has
    /// another pair, its grant is dead, or it was deleted. Otherwise returns why there was no refresh; the
    /// stored pair is then as good as before, and `busy` means that enough callers wait for upstream already.
    /// Throws: notFound, NeedsReauth, storeUnavailable, also for a new pair that can't be stored.
    [[nodiscard]] std::optional<base::Error> refresh(const base::AccountId& id, std::int64_t version,
                                                     const domain::Actor& actor);

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

    /// Ends the problem of tokens that can't be opened, if the refresh token can be opened now. Requires: the
    /// access token can be opened.
    void endUndecryptable(domain::Account& account, const domain::Grant& grant);

private:
    struct Pause {
        std::int64_t version; ///< a re-linked account starts anew
        base::Error failure;
    };

    void requireAlive(const domain::Account& account, const domain::Actor& actor);
    [[nodiscard]] bool isAlive(const domain::Grant& grant) const;
    [[nodiscard]] std::optional<base::Error> obstacle(const HeldGrant& held);
    [[nodiscard]] std::optional<base::Error> askUpstream(const HeldGrant& held, const provider::Secret& token,
                                                         const domain::Actor& actor);
    [[nodiscard]] std::optional<base::Error>
    afterFailure(const HeldGrant& held, const provider::ProviderError& failure, const domain::Actor& actor);
    [[nodiscard]] base::Error pause(const HeldGrant& held, const base::Error& failure,
                                    std::chrono::seconds length, std::string_view problem);
    void keep(const HeldGrant& held, provider::TokenSet fresh, const base::Moment& asked);
    bool bury(const domain::Account& account, std::string_view reason, const domain::Actor& actor);
    void noteProblem(const domain::Account& account, std::string_view problem,
                     const std::optional<domain::AuditEntry>& entry = std::nullopt);

    Parts _parts;
    logging::Channel _log;
    base::KeyedMutex _refreshing;
    base::ExpiringMap<base::AccountId, Pause> _pauses; ///< a struggling upstream is not asked at every read
    base::RateLimiter _auditGate;
};

} // namespace central_oauth::services
