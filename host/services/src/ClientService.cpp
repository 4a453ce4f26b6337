// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/ClientService.h"

#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Random.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;

bool isNameCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == ' ' || c == '.' || c == '_' || c == '-';
}

void checkName(const std::string& name) {
    constexpr std::size_t longest = 64;
    const bool valid = !name.empty() && name.size() <= longest && name.back() != ' ' &&
                       std::isalnum(static_cast<unsigned char>(name.front())) != 0 &&
                       std::all_of(name.begin(), name.end(), isNameCharacter);
    if (!valid)
        throw Error(ErrorCode::invalidRequest, "A client name has 1 to 64 letters, digits, spaces, dots, "
                                               "dashes or underscores and begins with a "
                                               "letter or digit.");
}

void checkScopes(const std::vector<std::string>& scopes) {
    const auto& known = clientScopes();
    for (const auto& scope : scopes) {
        if (std::find(known.begin(), known.end(), scope) == known.end())
            throw Error(ErrorCode::invalidRequest,
                        "A client scope is one of link, token, revoke, accounts; \"" + scope + "\" is none.");
    }
    if (scopes.empty() || std::set<std::string>(scopes.begin(), scopes.end()).size() != scopes.size())
        throw Error(ErrorCode::invalidRequest, "Name at least one scope, and each once.");
}

void checkRange(int value, int highest, const std::string& what) {
    if (value < 1 || value > highest)
        throw Error(ErrorCode::invalidRequest,
                    what + " must be between 1 and " + std::to_string(highest) + ".");
}

} // namespace

ClientService::ClientService(store::ClientRepository& clients, store::AuditLog& audit,
                             const base::Clock& clock)
    : _clients(clients), _audit(audit), _clock(clock) {}

AddedClient ClientService::add(const NewClient& wanted) {
    constexpr std::size_t idBytes = 9;
    checkName(wanted.name);
    checkScopes(wanted.scopes);
    checkRange(wanted.linksPerMinute, 1'000'000, "The links per minute");
    checkRange(wanted.liveLinks, 10'000, "The live links");

    const auto now = base::nowOf(_clock);
    store::Client client;
    client.id = base::ClientId("cli_" + crypto::randomToken(idBytes));
    client.name = wanted.name;
    client.scopes = wanted.scopes;
    client.linksPerMinute = wanted.linksPerMinute;
    client.liveLinks = wanted.liveLinks;
    client.createdAt = now;

    auto issued = crypto::issueCredential(crypto::CredentialKind::confidentialClientKey);
    store::ClientKey key;
    key.keyId = issued.keyId;
    key.clientId = client.id;
    key.name = "default";
    key.hash = issued.hash;
    key.scopes = client.scopes;
    key.createdAt = now;

    _clients.create(client, key);
    _audit.append(
        {.at = now, .actor = "operator", .action = "client.added", .client = client.id, .outcome = "ok"});
    return {std::move(client), std::move(issued.text)};
}

std::vector<store::Client> ClientService::list() const {
    return _clients.list();
}

void ClientService::remove(const std::string& name) {
    const auto all = _clients.list();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& client) { return client.name == name; });
    if (found == all.end() || !_clients.remove(name))
        throw Error(ErrorCode::notFound, "There is no client of that name; `client list` shows the names.");
    _audit.append({.at = base::nowOf(_clock),
                   .actor = "operator",
                   .action = "client.removed",
                   .client = found->id,
                   .outcome = "ok"});
}

Caller ClientService::authenticate(const provider::Secret& key) const {
    const auto parsed = crypto::parseCredential(key.reveal());
    if (!parsed || parsed->kind != crypto::CredentialKind::confidentialClientKey)
        throw Error(ErrorCode::invalidCredential, "Send a client key (cok_…) as Authorization: Bearer.");
    const auto known = _clients.findKey(parsed->keyId);
    if (!known || !crypto::constantTimeEquals(known->key.hash, parsed->hash))
        throw Error(ErrorCode::invalidCredential);
    if (known->key.expiresAt && *known->key.expiresAt <= base::nowOf(_clock))
        throw Error(ErrorCode::invalidCredential, "The key has expired.");
    return {known->client, known->key.keyId, known->key.scopes};
}

} // namespace central_oauth::services
