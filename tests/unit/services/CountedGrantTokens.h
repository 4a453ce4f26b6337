// SPDX-License-Identifier: Apache-2.0
// A grant token repository that counts how often it is asked.
#pragma once

#include "central_oauth/domain/GrantToken.h"
#include "central_oauth/store/GrantTokenRepository.h"

#include <optional>
#include <string>
#include <vector>

namespace central_oauth::services {

/// Counts the calls that reach the store.
class CountedGrantTokens final : public store::GrantTokenRepository {
public:
    explicit CountedGrantTokens(store::GrantTokenRepository& real) : _real(real) {}

    mutable int calls = 0;

    domain::GrantToken create(const domain::GrantToken& token, int most) override {
        return real().create(token, most);
    }
    std::optional<store::KnownGrantToken> find(const std::string& keyId) const override {
        return real().find(keyId);
    }
    std::vector<store::GrantTokenProof> proofs() const override { return real().proofs(); }
    std::vector<domain::GrantToken> list(const base::AccountId& account) const override {
        return real().list(account);
    }
    std::vector<std::string> remove(const base::AccountId& account, const std::string& keyId,
                                    store::Successors successors) override {
        return real().remove(account, keyId, successors);
    }
    bool markUsed(const std::string& keyId, base::Timestamp now) override {
        return real().markUsed(keyId, now);
    }
    int purge(std::chrono::seconds unused, base::Timestamp now) override { return real().purge(unused, now); }

private:
    store::GrantTokenRepository& real() const {
        ++calls;
        return _real;
    }

    store::GrantTokenRepository& _real;
};

} // namespace central_oauth::services
