// SPDX-License-Identifier: Apache-2.0
// The end of a statement: conditions with their parameters, and the order.
#pragma once

#include "Query.h"

#include <functional>
#include <string>
#include <vector>

namespace central_oauth::store {

/// Collects conditions, their values and an order. Not thread-safe.
class Where {
public:
    /// Adds a condition with one `?` per value.
    template <class... Values>
    Where& also(const std::string& condition, const Values&... values) {
        _sql += (_sql.empty() ? " WHERE " : " AND ") + condition;
        (_binds.push_back([values](Query& query) { query.with(values); }), ...);
        return *this;
    }

    Where& alsoBytes(const std::string& condition, const std::string& bytes) {
        also(condition);
        _binds.push_back([bytes](Query& query) { query.withBytes(bytes); });
        return *this;
    }

    /// Adds `column = value`. Adds nothing if the text or id is empty.
    template <class Value>
    Where& equals(const std::string& column, const Value& value) {
        return value.empty() ? *this : also(column + " = ?", value);
    }

    Where& orderBy(const std::string& columns) {
        _order = " ORDER BY " + columns;
        return *this;
    }

    [[nodiscard]] std::string sql() const { return _sql + _order; }

    void bindTo(Query& query) const {
        for (const auto& bind : _binds)
            bind(query);
    }

private:
    std::string _sql;
    std::string _order;
    std::vector<std::function<void(Query&)>> _binds;
};

} // namespace central_oauth::store
