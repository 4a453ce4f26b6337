// SPDX-License-Identifier: Apache-2.0
// One SQL statement on a connection, with this module's value types.
#pragma once

#include "Connection.h"
#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/StrongId.h"
#include "central_oauth/domain/Store.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::store {

using base::Timestamp;

class RowMessage;

/// A statement with `?` parameters. `with` gives their values in order; `into` names the targets of the
/// columns in order. A value must have the type and range of its target, whatever the column's declaration
/// says, because other programs can change the file. A column that may be NULL needs a target that can be
/// empty.
///
/// Borrows the connection, its prepared statement, and every `into` target; copies the values given `with`.
/// Use it once.
///
/// Not thread-safe.
///
/// Errors: Poco::Exception; std::logic_error for a parameter without a value; base::Error(invalidRequest) for
/// a text with a NUL, which SQLite would store and then truncate when reading; DamagedRowError if a row holds
/// a value that its target does not take.
class Query {
public:
    Query(Connection& connection, std::string_view sql);
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    Query& with(std::string_view text);
    /// As with(text), without a copy: the text must outlive the query.
    Query& withBorrowed(std::string_view text);
    Query& with(std::int64_t number);
    Query& with(Timestamp time);
    Query& with(const std::optional<Timestamp>& time);
    template <class Tag>
    Query& with(const base::StrongId<Tag>& id) {
        return with(std::string_view(id.value()));
    }

    /// Raw bytes; an empty value becomes NULL.
    Query& withBytes(std::string_view bytes);

    /// The columns belong to rows of that table; the first is the key. A DamagedRowError names both.
    Query& ofTable(const char* table) noexcept;

    /// Each later call of `next` reads the next column into this target.
    template <class Value>
    Query& into(Value& value) {
        _targets.push_back([this, &value](int column) { read(column, value); });
        return *this;
    }
    /// Raw bytes; NULL becomes an empty value.
    Query& intoBytes(std::string& bytes) {
        _targets.push_back([this, &bytes](int column) { bytes = bytesAt(column); });
        return *this;
    }

    /// Executes a statement that returns no rows. Returns how many rows it changed; 0 for a statement that
    /// changes none.
    std::size_t run();

    /// Fetches the next row, and reads it into the targets. Returns false after the last row. After a
    /// DamagedRowError the next call fetches the row after the damaged one.
    [[nodiscard]] bool next();

    // Reading a column of the present row, by its position from 0. Throws: DamagedRowError for a value that
    // the target does not take.

    void read(int column, std::string& text) const { text = textAt(column); }
    void read(int column, std::int64_t& number) const;
    void read(int column, int& number) const;
    void read(int column, bool& flag) const;
    void read(int column, Timestamp& time) const;
    void read(int column, std::optional<Timestamp>& time) const;
    template <class Tag>
    void read(int column, base::StrongId<Tag>& id) const {
        id = base::StrongId<Tag>(std::string(textAt(column)));
    }

    /// Text. Valid until the next row.
    [[nodiscard]] std::string_view textAt(int column) const;
    /// Raw bytes; NULL is empty. Valid until the next row.
    [[nodiscard]] std::string_view bytesAt(int column) const;
    [[nodiscard]] bool isNullAt(int column) const noexcept;

    /// Adds the value of a column as it is stored. Call it before the column is read: reading may convert a
    /// value of another type. Reading the same column next costs no further call of SQLite.
    void addTo(RowMessage& message, int column) const;

    /// Throws: DamagedRowError that names the column, and table and key if `ofTable` has named the table.
    [[noreturn]] void refuse(int column, const char* problem) const;

private:
    int step();
    Query& bindText(std::string_view text, void (*release)(void*));
    void bound(int code) const;
    [[nodiscard]] int typeAt(int column) const noexcept;

    /// The column that was looked at last, as it is stored.
    struct Cell {
        int column = -1;
        int type = 0;
        std::string_view text{}; ///< of a text that `hasText`
        bool hasText = false;
    };

    Connection& _connection;
    Connection::Lease _lease;
    std::vector<std::function<void(int)>> _targets; ///< one per column
    const char* _table = nullptr;
    int _parameters = 0; ///< bound so far
    bool _isDone = false;
    mutable Cell _cell;
};

} // namespace central_oauth::store
