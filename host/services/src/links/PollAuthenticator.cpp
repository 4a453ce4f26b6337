// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/links/PollAuthenticator.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Pkce.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/domain/LinkLife.h"
#include "central_oauth/services/links/LinkRules.h"

#include <algorithm>

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

PollAuthenticator::PollAuthenticator(std::vector<domain::Link> known, const crypto::KeyedHasher& hasher,
                                     const base::Clock& clock, const Room& room)
    : _hasher(hasher), _clock(clock), _room(room) {
    // If there is no room for all links, leave out the links that expire first.
    std::sort(known.begin(), known.end(),
              [](const auto& left, const auto& right) { return left.expiresAt < right.expiresAt; });
    if (known.size() > _room.live + _room.finished)
        known.erase(known.begin(), known.end() - static_cast<std::ptrdiff_t>(_room.live + _room.finished));
    for (const auto& link : known)
        add(link);
}

void PollAuthenticator::add(const domain::Link& link) {
    const std::lock_guard hold(_mutex);
    makeRoom();
    _codes[link.id] = link.codeHash;
    auto& entry = _entries[link.codeHash];
    entry = {link.id,
             link.client,
             link.proof,
             link.codeHash,
             link.secretHash,
             link.expiresAt,
             link.status == domain::LinkStatus::pending,
             false};
    if (!domain::isUnfinished(link.status))
        finish(entry);
}

std::optional<base::LinkId> PollAuthenticator::authenticate(std::string_view code,
                                                            const PollCredential& credential) const {
    const auto digits = normaliseLinkCode(code);
    // A text that is no code costs the same work, so that the response time reveals nothing.
    const auto codeHash = _hasher.hash(purpose::linkCode, digits ? *digits : std::string(code));
    const std::lock_guard hold(_mutex);
    if (_entries.empty())
        return std::nullopt;
    // Compare an unknown code with a stored hash, too: with the next hash in order.
    auto place = _entries.lower_bound(codeHash);
    if (place == _entries.end())
        place = _entries.begin();
    const auto& entry = place->second;
    const bool isKnown = crypto::constantTimeEquals(place->first, codeHash);
    const bool isRight = crypto::constantTimeEquals(entry.secretHash, credential.hash);
    const bool isOfThisKind = entry.method == credential.method;
    const bool isOwn = credential.method == PollMethod::secret || entry.client == credential.client;
    if (!digits || !isKnown || !isRight || !isOfThisKind || !isOwn)
        return std::nullopt;
    return entry.id;
}

void PollAuthenticator::committed(const domain::Committed& changes) noexcept {
    const std::lock_guard hold(_mutex);
    for (const auto& link : changes.links) {
        const auto code = _codes.find(link.id);
        if (code == _codes.end())
            continue;
        auto& entry = _entries.at(code->second);
        entry.isPending = entry.isPending && link.status == domain::LinkStatus::pending;
        if (!domain::isUnfinished(link.status))
            finish(entry);
    }
}

bool PollAuthenticator::isPending(const base::LinkId& link) const {
    const auto now = base::nowOf(_clock);
    const std::lock_guard hold(_mutex);
    const auto code = _codes.find(link);
    if (code == _codes.end())
        return false;
    const auto& entry = _entries.at(code->second);
    return entry.isPending && !entry.isFinished && now < entry.expiresAt;
}

void PollAuthenticator::purge() {
    // Approval, grant and choice of a site may each have extended the link beyond the expiry that is known
    // here (LinkRules.h).
    constexpr auto kept = domain::approvedLinkLife + 2 * deliveryTime + undoTime;
    const auto now = base::nowOf(_clock);
    const std::lock_guard hold(_mutex);
    finishExpired(now);
    const auto isOver = [&](const Entry& entry) { return now >= entry.expiresAt + kept; };
    std::erase_if(_finished, [&](const auto& codeHash) { return isOver(_entries.at(codeHash)); });
    std::erase_if(_codes, [&](const auto& pair) { return isOver(_entries.at(pair.second)); });
    std::erase_if(_entries, [&](const auto& pair) { return isOver(pair.second); });
}

std::size_t PollAuthenticator::count() const {
    const std::lock_guard hold(_mutex);
    return _entries.size();
}

void PollAuthenticator::finish(Entry& entry) {
    if (entry.isFinished)
        return;
    entry.isFinished = true;
    _finished.push_back(entry.codeHash);
    if (_finished.size() > _room.finished)
        dropOldestFinished();
}

void PollAuthenticator::finishExpired(base::Timestamp now) {
    std::vector<std::string> expired;
    for (const auto& [codeHash, entry] : _entries) {
        if (!entry.isFinished && now >= entry.expiresAt)
            expired.push_back(codeHash);
    }
    for (const auto& codeHash : expired)
        finish(_entries.at(codeHash));
}

// The caller has checked the limit of live links. Evict a finished link; they are the only surplus.
void PollAuthenticator::makeRoom() {
    if (_entries.size() < _room.live + _room.finished)
        return;
    if (_finished.empty())
        finishExpired(base::nowOf(_clock));
    if (_finished.empty())
        finish(_entries.begin()->second);
    dropOldestFinished();
}

void PollAuthenticator::dropOldestFinished() {
    const auto oldest = _entries.find(_finished.front());
    _codes.erase(oldest->second.id);
    _entries.erase(oldest);
    _finished.pop_front();
}

} // namespace central_oauth::services
