// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/links/PollAuthenticator.h"

#include "PollTable.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Pkce.h"
#include "central_oauth/domain/LinkLife.h"
#include "central_oauth/services/links/LinkRules.h"

#include <utility>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;
using domain::PollMethod;

bool PollCredential::isSecret(const provider::Secret& bearer) {
    return base::credentialKindOf(bearer.reveal()) == crypto::CredentialKind::linkSecret;
}

PollCredential PollCredential::ofSecret(const provider::Secret& secret) {
    const auto presented = crypto::parseCredential(secret.reveal());
    if (!presented || presented->kind != crypto::CredentialKind::linkSecret)
        throw Error(ErrorCode::invalidCredential,
                    "Poll with the link secret (cos_…) as Authorization: Bearer, or with the client key and "
                    "Link-Verifier.");
    return {PollMethod::secret, presented->hash, {}};
}

PollCredential PollCredential::ofVerifier(const Caller& caller, std::string_view verifier) {
    if (!crypto::isCodeVerifier(verifier))
        throw Error(ErrorCode::invalidRequest,
                    "Link-Verifier is the code verifier whose challenge the link was created with: 43 to 128 "
                    "characters of A-Z, a-z, 0-9, '-', '.', '_', '~'.");
    caller.require("link");
    return {PollMethod::verifier, crypto::sha256(verifier), caller.client.id};
}

PollAuthenticator::PollAuthenticator(Load load, const crypto::KeyedHasher& hasher, const base::Clock& clock,
                                     const Room& room)
    : _hasher(hasher), _clock(clock), _load(std::move(load)), _table(std::make_unique<PollTable>(room)) {}

PollAuthenticator::~PollAuthenticator() = default;

void PollAuthenticator::load() {
    const std::lock_guard hold(_mutex);
    static_cast<void>(table());
}

void PollAuthenticator::add(const domain::Link& link) {
    const std::lock_guard hold(_mutex);
    if (!_load)
        _table->add(link, base::nowOf(_clock));
}

std::optional<base::LinkId> PollAuthenticator::authenticate(std::string_view code,
                                                            const PollCredential& credential) const {
    const auto digits = normaliseLinkCode(code);
    // A text that is no code costs the same work, so that the response time reveals nothing.
    const auto codeHash = _hasher.hash(purpose::linkCode, digits ? *digits : std::string(code));
    const std::lock_guard hold(_mutex);
    bool isKnown = false;
    const auto* const entry = table().nearest(codeHash, isKnown);
    if (entry == nullptr)
        return std::nullopt;
    const bool isRight = crypto::constantTimeEquals(entry->secretHash, credential.hash);
    const bool isOfThisKind = entry->method == credential.method;
    const bool isOwn = credential.method == PollMethod::secret || entry->client == credential.client;
    if (!digits || !isKnown || !isRight || !isOfThisKind || !isOwn)
        return std::nullopt;
    return entry->id;
}

void PollAuthenticator::committed(const domain::Committed& changes) noexcept {
    const std::lock_guard hold(_mutex);
    if (_load)
        return; // what is loaded later includes the changes
    for (const auto& change : changes.links)
        _table->apply(change);
}

bool PollAuthenticator::isPending(const base::LinkId& link) const {
    const auto now = base::nowOf(_clock);
    const std::lock_guard hold(_mutex);
    const auto* const entry = table().find(link);
    return entry != nullptr && entry->isPending && !entry->isFinished && now < entry->expiresAt;
}

void PollAuthenticator::purge() {
    // Approval, grant and choice of a site may each have extended the link beyond the expiry that is known
    // here (LinkRules.h).
    constexpr auto kept = domain::approvedLinkLife + 2 * deliveryTime + undoTime;
    const std::lock_guard hold(_mutex);
    if (!_load)
        _table->purge(base::nowOf(_clock), kept);
}

std::size_t PollAuthenticator::count() const {
    const std::lock_guard hold(_mutex);
    return table().size();
}

// Holds the mutex while it reads: a change that is reported meanwhile waits, and is applied to what was
// loaded.
PollTable& PollAuthenticator::table() const {
    if (_load) {
        _table->load(_load(), base::nowOf(_clock));
        _load = nullptr;
    }
    return *_table;
}

} // namespace central_oauth::services
