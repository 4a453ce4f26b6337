// SPDX-License-Identifier: Apache-2.0
// A client repository that counts how often it is asked, and fails when a test says so.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/store/ClientRepository.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::services {

/// Counts what is asked of the store; fails all changes while told so.
class CountedClients final : public store::ClientRepository {
public:
    explicit CountedClients(store::ClientRepository& real) : _real(real) {}

    mutable int calls = 0;
    bool failing = false;
    std::vector<domain::Client> listed; ///< answered in place of the real ones, unless empty

    void create(const domain::Client& client, const domain::ClientKey& key) override {
        change().create(client, key);
    }
    std::vector<store::KnownKey> keys() const override { return real().keys(); }
    void addKey(const domain::ClientKey& key, int most) override { change().addKey(key, most); }
    void rotateKey(const domain::ClientKey& fresh, const std::string& old, base::Timestamp oldEnds,
                   int most) override {
        change().rotateKey(fresh, old, oldEnds, most);
    }
    store::RemovedKeys removeKey(const base::ClientId& client, const std::string& keyId, store::Issued issued,
                                 base::Timestamp now) override {
        return change().removeKey(client, keyId, issued, now);
    }
    std::map<std::string, int> grantTokensByIssuer(const base::ClientId& client) const override {
        return real().grantTokensByIssuer(client);
    }
    store::ClientHoldings holdings(const base::ClientId& id, base::Timestamp now) const override {
        return real().holdings(id, now);
    }
    std::optional<domain::Client> find(const base::ClientId& id) const override { return real().find(id); }
    std::vector<domain::Client> list() const override { return listed.empty() ? real().list() : listed; }
    bool remove(const std::string& name) override { return change().remove(name); }
    void requireWritable() const override { _real.requireWritable(); }

private:
    store::ClientRepository& real() const {
        ++calls;
        return _real;
    }
    store::ClientRepository& change() const {
        if (failing)
            throw base::Error(base::ErrorCode::storeUnavailable, {}, "disk full");
        return real();
    }

    store::ClientRepository& _real;
};

} // namespace central_oauth::services
