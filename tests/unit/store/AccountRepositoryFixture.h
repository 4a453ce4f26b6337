// SPDX-License-Identifier: Apache-2.0
// Accounts in a store of one test.
#pragma once

#include "StoreFixture.h"
#include "central_oauth/store/AccountRepository.h"

#include <cppunit/TestFixture.h>
#include <memory>
#include <string>

namespace central_oauth::store {

class AccountRepositoryFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        _fixture = std::make_unique<StoreFixture>();
        addClient(*_fixture, "alpha");
    }
    void tearDown() override { _fixture.reset(); }

protected:
    AccountRepository& accounts() { return _fixture->store->accounts(); }
    [[nodiscard]] Timestamp now() const { return _fixture->clock.time; }

    std::string listed(const AccountFilter& filter) { return ids(accounts().list(alpha, filter, 10, "")); }
    std::string latest(const std::string& provider, const std::string& subject) {
        return accounts().findLatest(alpha, provider, subject).value().id.value();
    }
    void link(const std::string& number, const StagedGrant& grant, const std::string& subject) {
        const LinkId staged = stageLink(*_fixture, number, grant, subject);
        (void)_fixture->store->links().deliver(staged, AccountId("acc_" + number), {}, now());
    }

    static std::string ids(const AccountPage& page) {
        std::string all;
        for (const Account& account : page.items)
            all += (all.empty() ? "" : " ") + account.id.value().substr(4);
        return all;
    }

    const ClientId alpha{"cli_alpha"};
    std::unique_ptr<StoreFixture> _fixture; ///< of one test: CppUnit makes all test objects at once
};

} // namespace central_oauth::store
