// SPDX-License-Identifier: Apache-2.0
// One SQL statement on a Poco session, with this module's value types.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/StrongId.h"
#include "central_oauth/domain/Store.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

namespace central_oauth::store {

using base::Timestamp;

/// A statement with `?` parameters: `with` gives them values in order, `into` names where the columns go, in
/// order. A value must be of its target's type and range, whatever the column was declared as: a file can be
/// changed by others. What may be NULL has a target that can be empty.
///
/// Borrows the session and every `into` target; copies what it is given `with`. Used once.
///
/// Threads: that of the session. Errors: Poco::Exception; base::Error(invalidRequest) for a text with a NUL,
/// which SQLite would store and then cut at the next reading; DamagedRowError for a row with another value
/// than its target takes.
class Query {
public:
    Query(Poco::Data::Session& session, const std::string& sql);
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    Query& with(const std::string& text);
    Query& with(std::int64_t number);
    Query& with(Timestamp time);
    Query& with(const std::optional<Timestamp>& time);
    template <class Tag>
    Query& with(const base::StrongId<Tag>& id) {
        return with(id.value());
    }

    /// Raw bytes; empty ones become NULL.
    Query& withBytes(const std::string& bytes);

    /// The columns from the next one on belong to a row of that table. The next one is its key, which `key`
    /// returns once it is read.
    Query& ofRow(std::string table, std::function<std::string()> key);

    Query& into(std::string& text);
    Query& into(std::int64_t& number);
    Query& into(int& number);
    Query& into(bool& flag);
    Query& into(Timestamp& time);
    Query& into(std::optional<Timestamp>& time);
    template <class Tag>
    Query& into(base::StrongId<Tag>& id) {
        return intoText([&id](std::string text) { id = base::StrongId<Tag>(std::move(text)); });
    }

    /// An id or none.
    template <class Tag>
    Query& intoOptional(base::StrongId<Tag>& id) {
        return intoText([&id](std::string text) { id = base::StrongId<Tag>(std::move(text)); }, true);
    }

    /// Raw bytes; NULL becomes empty ones.
    Query& intoBytes(std::string& bytes);

    /// A text column that is kept in another form. `keep` throws base::Error for what it does not take.
    Query& intoText(std::function<void(std::string)> keep, bool mayBeNull = false);

    /// Executes a statement that returns no rows. Returns how many rows it changed.
    std::size_t run();

    /// Fetches the next row into the targets. Returns false if there is none. After a DamagedRowError the
    /// next call fetches the row after the damaged one.
    [[nodiscard]] bool next();

private:
    // Poco shows the names of columns to its own classes only.
    struct Statement : Poco::Data::Statement {
        using Poco::Data::Statement::metaColumn;
        using Poco::Data::Statement::Statement;
    };

    // The row that the columns from `firstColumn` on belong to.
    struct Row {
        std::string table;
        std::function<std::string()> key;
        std::size_t firstColumn = 0;
    };

    // Extracts the next column into `raw`, and has `finish` make its target of it.
    template <class Raw>
    Query& column(Raw& raw, std::function<void()> finish);
    // As text, which SQLite makes of each type, and which tells one type from another.
    Query& number(std::function<void(std::optional<std::int64_t>)> keep);
    [[noreturn]] void refuse(std::size_t column, const base::Error& problem) const;

    Statement _statement;
    std::vector<std::function<void()>> _afterRow; ///< one for each column
    std::vector<Row> _rows;
    bool _started = false;
};

} // namespace central_oauth::store
