// SPDX-License-Identifier: Apache-2.0
// The contract of the store, in memory.
#include "../../contract_store/StoreContract.h"
#include "../../memory/MemoryStore.h"
#include "../../memory/TestSealer.h"

namespace central_oauth::contract {

namespace {

class MemoryBackend final : public Backend {
public:
    domain::Store& store() override { return _store; }
    const domain::Sealer& sealer() override { return _sealer; }
    void reopen() override {}
    void damage(const std::string& table, const std::string& row) override { _store.damage(table, row); }
    std::vector<std::string> audit() override {
        std::vector<std::string> all;
        for (const auto& entry : _store.audit())
            all.push_back(entry.action + " by " + domain::actorText(entry.actor) + " of " + entry.clientName);
        return all;
    }

private:
    memory::MemoryStore _store;
    memory::TestSealer _sealer;
};

} // namespace

std::unique_ptr<Backend> makeBackend() {
    return std::make_unique<MemoryBackend>();
}

} // namespace central_oauth::contract
