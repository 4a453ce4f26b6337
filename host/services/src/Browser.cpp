// SPDX-License-Identifier: Apache-2.0
// HMAC proofs for cookies and forms.
#include "central_oauth/services/Browser.h"

#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/LinkRules.h"

#include <algorithm>
#include <cstddef>

namespace central_oauth::services {

namespace {

constexpr std::size_t openingBytes = 32;
constexpr std::size_t nonceBytes = 16;
constexpr std::size_t proofLength = 43; // 32 bytes in base64url
constexpr std::size_t openingLength = 2 * proofLength + 1;
constexpr std::size_t nonceLength = 22;

const provider::Secret* ownerIn(const Browser& browser, const domain::Link& link) {
    if (link.browserHash.empty())
        return nullptr;
    const auto found = std::find_if(browser.owner.begin(), browser.owner.end(), [&](const auto& id) {
        return crypto::constantTimeEquals(link.browserHash, BrowserProofs::hashOf(id));
    });
    return found == browser.owner.end() ? nullptr : &*found;
}

} // namespace

// None of the parts holds a blank, so they can't be shifted against each other.
std::string BrowserProofs::proof(std::string_view purpose, const base::LinkId& link, std::string_view first,
                                 std::string_view second) const {
    std::string message = link.value() + " ";
    message.append(first).append(" ").append(second);
    return crypto::encodeBase64Url(_hasher.hash(purpose, message));
}

provider::Secret BrowserProofs::makeOpening(const base::LinkId& link) const {
    const auto random = crypto::randomToken(openingBytes);
    return provider::Secret(random + "." + proof(purpose::opening, link, random));
}

bool BrowserProofs::isOpening(const provider::Secret& value, const base::LinkId& link) const {
    const auto text = value.reveal();
    if (text.size() != openingLength || text[proofLength] != '.')
        return false;
    return crypto::constantTimeEquals(proof(purpose::opening, link, text.substr(0, proofLength)),
                                      text.substr(proofLength + 1));
}

const provider::Secret* BrowserProofs::openingIn(const Browser& browser, const base::LinkId& link) const {
    const auto found = std::find_if(browser.opened.begin(), browser.opened.end(),
                                    [&](const auto& value) { return isOpening(value, link); });
    return found == browser.opened.end() ? nullptr : &*found;
}

bool BrowserProofs::hasOpened(const Browser& browser, const base::LinkId& link) const {
    return openingIn(browser, link) != nullptr;
}

bool BrowserProofs::owns(const Browser& browser, const domain::Link& link) {
    return ownerIn(browser, link) != nullptr;
}

std::string BrowserProofs::makeToken(const provider::Secret& holder, const base::LinkId& link) const {
    const auto nonce = crypto::randomToken(nonceBytes);
    return nonce + "." + proof(purpose::form, link, nonce, holder.reveal());
}

bool BrowserProofs::isToken(const provider::Secret& holder, const base::LinkId& link,
                            std::string_view token) const {
    if (token.size() != nonceLength + 1 + proofLength || token[nonceLength] != '.' ||
        !crypto::isBase64UrlText(token.substr(0, nonceLength)))
        return false;
    return crypto::constantTimeEquals(
        proof(purpose::form, link, token.substr(0, nonceLength), holder.reveal()),
        token.substr(nonceLength + 1));
}

std::string BrowserProofs::approvalToken(const Browser& browser, const base::LinkId& link) const {
    const auto* opening = openingIn(browser, link);
    return opening == nullptr ? std::string() : makeToken(*opening, link);
}

std::optional<provider::Secret> BrowserProofs::ownerIdOf(const Browser& browser, const base::LinkId& link,
                                                         std::string_view token) const {
    for (const auto& value : browser.opened) {
        if (isOpening(value, link) && isToken(value, link, token))
            return provider::Secret(proof(purpose::owner, link, token, value.reveal()));
    }
    return std::nullopt;
}

std::string BrowserProofs::ownerToken(const Browser& browser, const domain::Link& link) const {
    const auto* owner = ownerIn(browser, link);
    return owner == nullptr ? std::string() : makeToken(*owner, link.id);
}

bool BrowserProofs::isOwnerToken(const Browser& browser, const domain::Link& link,
                                 std::string_view token) const {
    const auto* owner = ownerIn(browser, link);
    return owner != nullptr && isToken(*owner, link.id, token);
}

std::string BrowserProofs::firstOwnerHash(const Browser& browser) {
    return browser.owner.empty() ? std::string() : hashOf(browser.owner.front());
}

std::string BrowserProofs::hashOf(const provider::Secret& ownerId) {
    return crypto::sha256(ownerId.reveal());
}

} // namespace central_oauth::services
