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

/// A statement with `?` parameters. `with` gives their values in order; `into` names the targets of the
/// columns in order. A value must have the type and range of its target, whatever the column's declaration
/// says, because other programs can change the file. A column that may be NULL needs a target that can be
/// empty.
///
/// Borrows the session and every `into` target; copies the values given `with`. Use it once.
///
/// Not thread-safe.
///
/// Errors: Poco::Exception; base::Error(invalidRequest) for a text with a NUL, which SQLite would store and
/// then truncate when reading; DamagedRowError if a row holds a value that its target does not take.
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

    /// Raw bytes; an empty value becomes NULL.
    Query& withBytes(const std::string& bytes);

    /// The following columns belong to a row of that table. The first of them is its key; once it is read,
    /// `key` returns it.
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

    /// An id; NULL becomes an empty one.
    template <class Tag>
    Query& intoOptional(base::StrongId<Tag>& id) {
        return intoText([&id](std::string text) { id = base::StrongId<Tag>(std::move(text)); }, true);
    }

    /// Raw bytes; NULL becomes an empty value.
    Query& intoBytes(std::string& bytes);

    /// A text column with a target of another type. `keep` converts it, and throws base::Error for an invalid
    /// text.
    Query& intoText(std::function<void(std::string)> keep, bool mayBeNull = false);

    /// Executes a statement that returns no rows. Returns how many rows it changed.
    std::size_t run();

    /// Fetches the next row into the targets. Returns false after the last row. After a DamagedRowError the
    /// next call fetches the row after the damaged one.
    [[nodiscard]] bool next();

private:
    // Poco grants access to the column names only to derived classes.
    struct Statement : Poco::Data::Statement {
        using Poco::Data::Statement::metaColumn;
        using Poco::Data::Statement::Statement;
    };

    // A row, and the first of its columns.
    struct Row {
        std::string table;
        std::function<std::string()> key;
        std::size_t firstColumn = 0;
    };

    // Extracts the next column into `raw`. `finish` converts it for its target.
    template <class Raw>
    Query& column(Raw& raw, std::function<void()> finish);
    // Reads a number as text: SQLite converts every type to text, and the text shows which type it was.
    Query& number(std::function<void(std::optional<std::int64_t>)> keep);
    [[noreturn]] void refuse(std::size_t column, const base::Error& problem) const;

    Statement _statement;
    std::vector<std::function<void()>> _afterRow; ///< one per column
    std::vector<Row> _rows;
    bool _started = false;
};

} // namespace central_oauth::store
