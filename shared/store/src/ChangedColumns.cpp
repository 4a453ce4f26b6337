// SPDX-License-Identifier: Apache-2.0
#include "ChangedColumns.h"

#include <utility>

namespace central_oauth::store {

void ChangedColumns::bytes(const char* column, const std::string& before, const std::string& after) {
    if (before != after)
        add(column, [after](Query& query) { query.withBytes(after); });
}

void ChangedColumns::number(const char* column, std::int64_t before, std::int64_t after) {
    if (before != after)
        add(column, [after](Query& query) { query.with(after); });
}

void ChangedColumns::time(const char* column, const std::optional<Timestamp>& before,
                          const std::optional<Timestamp>& after) {
    if (before != after)
        add(column, [after](Query& query) { query.with(after); });
}

void ChangedColumns::keep(Poco::Data::Session& session, const std::string& table,
                          const std::string& id) const {
    if (_binds.empty())
        return;
    Query query(session, "UPDATE " + table + " SET " + _names + " WHERE id = ?");
    for (const auto& bind : _binds)
        bind(query);
    query.with(id).run();
}

void ChangedColumns::add(const char* column, std::function<void(Query&)> bind) {
    _names += (_names.empty() ? "" : ", ") + std::string(column) + " = ?";
    _binds.push_back(std::move(bind));
}

} // namespace central_oauth::store
