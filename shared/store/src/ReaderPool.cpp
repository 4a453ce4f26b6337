// SPDX-License-Identifier: Apache-2.0
#include "ReaderPool.h"

#include "Database.h"

#include <algorithm>

namespace central_oauth::store {

ReaderPool::ReaderPool(const std::string& uri, std::size_t count) {
    count = std::max<std::size_t>(count, 1);
    _free.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        Connection& connection = _connections.emplace_back(uri);
        // mode=ro protects the file; query_only also refuses temporary tables and attached files.
        setPragma(connection, "query_only", "1");
        _free.push_back(&connection);
    }
}

ReaderPool::Lease ReaderPool::take() {
    std::unique_lock hold(_mutex);
    _returned.wait(hold, [this] { return !_free.empty(); });
    Connection& connection = *_free.back();
    _free.pop_back();
    return {*this, connection};
}

void ReaderPool::giveBack(Connection& connection) noexcept {
    {
        const std::lock_guard hold(_mutex);
        _free.push_back(&connection);
    }
    _returned.notify_one();
}

} // namespace central_oauth::store
