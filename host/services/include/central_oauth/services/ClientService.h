// SPDX-License-Identifier: Apache-2.0
// Registered clients: adding, listing, removing, and proving a key.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/store/AuditLog.h"
#include "central_oauth/store/ClientRepository.h"

#include <string>
#include <vector>

namespace central_oauth::services {

/// A client to be registered. Checked by `add`.
struct NewClient {
    std::string name; ///< 1–64 of [A-Za-z0-9 ._-], starting with a letter or digit
    std::vector<std::string> scopes = clientScopes(); ///< a non-empty subset of clientScopes()
    int linksPerMinute = 60;                          ///< 1–1,000,000
    int liveLinks = 500;                              ///< 1–10,000
};

/// A client that was just registered: the only moment at which its key is known in clear.
struct AddedClient {
    store::Client client;
    provider::Secret key; ///< shown once, kept only as a hash
};

/// The clients of this service. All it uses outlives it. Threads: any.
class ClientService {
public:
    ClientService(store::ClientRepository& clients, store::AuditLog& audit, const base::Clock& clock);

    /// Registers a confidential client with one key of all its scopes.
    /// Throws: Error(invalidRequest) naming what is wrong; Error(conflict) if the name is taken.
    [[nodiscard]] AddedClient add(const NewClient& wanted);

    /// All clients by name.
    [[nodiscard]] std::vector<store::Client> list() const;

    /// Removes a client with its keys, links and accounts. Throws: Error(notFound).
    void remove(const std::string& name);

    /// The caller behind a client key. A mistyped key costs no look-up.
    /// Throws: Error(invalidCredential).
    [[nodiscard]] Caller authenticate(const provider::Secret& key) const;

private:
    store::ClientRepository& _clients;
    store::AuditLog& _audit;
    const base::Clock& _clock;
};

} // namespace central_oauth::services
