// SPDX-License-Identifier: Apache-2.0
// The contract of the store, with SQLite.
#include "../../contract_store/StoreContract.h"
#include "StoreFixture.h"

namespace central_oauth::contract {

namespace {

class SqliteBackend final : public Backend {
public:
    domain::Store& store() override { return *_fixture.store; }
    const domain::Sealer& sealer() override { return _fixture.store->sealer(); }
    void reopen() override { _fixture.reopen(); }

    void damage(const std::string& table, const std::string& row) override {
        const std::string key = table == "grants" || table == "pending_refreshes"   ? "account_id"
                                : table == "stages"                                 ? "link_id"
                                : table == "client_keys" || table == "grant_tokens" ? "key_id"
                                                                                    : "id";
        auto connection = store::Connection(store::uriOf(_fixture.file(), "rw"));
        store::Query(connection, "UPDATE " + table + " SET mac = x'00' WHERE " + key + " = ?")
            .with(row)
            .run();
    }

    std::vector<std::string> audit() override {
        auto connection = store::Connection(store::uriOf(_fixture.file(), "ro"));
        store::Query query(connection, "SELECT action, actor, client_name FROM audit ORDER BY id");
        std::string action;
        std::string actor;
        std::string name;
        query.into(action).into(actor).into(name);
        std::vector<std::string> all;
        while (query.next())
            all.push_back(action + " by " + actor + " of " + name);
        return all;
    }

private:
    store::StoreFixture _fixture;
};

} // namespace

std::unique_ptr<Backend> makeBackend() {
    return std::make_unique<SqliteBackend>();
}

} // namespace central_oauth::contract
