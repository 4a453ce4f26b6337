// SPDX-License-Identifier: Apache-2.0
// The columns in which a record differs from its row, and the statement that keeps them: an index whose
// columns stay is not written again. The caller holds the transaction.
#pragma once

#include "Query.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <Poco/Data/Session.h>

namespace central_oauth::store {

/// Collects columns whose values differ. Threads: one.
class ChangedColumns {
public:
    /// A column whose text `textOf` gives, e.g. the name of an enumerator.
    template <class Value, class TextOf>
    void text(const char* column, const Value& before, const Value& after, TextOf&& textOf) {
        if (before != after)
            add(column, [text = std::string(textOf())](Query& query) { query.with(text); });
    }

    /// Raw bytes; none become NULL.
    void bytes(const char* column, const std::string& before, const std::string& after);
    void number(const char* column, std::int64_t before, std::int64_t after);
    /// A time, which may be missing.
    void time(const char* column, const std::optional<Timestamp>& before,
              const std::optional<Timestamp>& after);

    /// Writes them into the row of that id, if there are any.
    void keep(Poco::Data::Session& session, const std::string& table, const std::string& id) const;

private:
    void add(const char* column, std::function<void(Query&)> bind);

    std::string _names; ///< "a = ?, b = ?"
    std::vector<std::function<void(Query&)>> _binds;
};

} // namespace central_oauth::store
