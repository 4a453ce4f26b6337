// SPDX-License-Identifier: Apache-2.0
// Records as rows: reading, comparing, authenticating and writing them by their list of columns.
#pragma once

#include "DamageLog.h"
#include "Query.h"
#include "RowColumns.h"
#include "RowValues.h"
#include "Where.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::store {

/// What reading and writing rows needs. Borrows all of it.
struct RowAccess {
    Connection& connection;
    const RowAuthenticator& authenticator;
    DamageLog& damage;
};

/// Returns the columns of a record in order: "a, b, c".
template <class Record>
[[nodiscard]] const std::string& columnsOf() {
    static const std::string columns = [] {
        std::string all;
        const Record record{};
        visitColumns(
            [&all](const char* name, const auto&) { all += (all.empty() ? "" : ", ") + std::string(name); },
            record);
        return all;
    }();
    return columns;
}

/// Returns the values of a record's columns, in order.
template <class Record>
[[nodiscard]] std::vector<RowValue> valuesOf(const Record& record) {
    std::vector<RowValue> values;
    visitColumns([&values](const char* name, const auto& member) { values.push_back(valueOf(name, member)); },
                 record);
    return values;
}

/// Returns the number of columns of a record.
template <class Record>
[[nodiscard]] int columnCountOf() {
    static const int count = [] {
        int columns = 0;
        const Record record{};
        visitColumns([&columns](const char*, const auto&) { ++columns; }, record);
        return columns;
    }();
    return count;
}

/// Returns the statement that reads all columns and the code of a record's rows, without a condition.
template <class Record>
[[nodiscard]] const std::string& selectOf() {
    static const std::string sql = "SELECT " + columnsOf<Record>() + ", mac FROM " + Table<Record>::name;
    return sql;
}

/// Returns the same statement for the row of one key.
template <class Record>
[[nodiscard]] const std::string& selectByKeyOf() {
    static const std::string sql = selectOf<Record>() + " WHERE " + Table<Record>::key + " = ?";
    return sql;
}

/// Returns the table of a record.
template <class Record>
[[nodiscard]] const RowTable& tableOf() {
    static const RowTable table = [] {
        std::string insert = std::string("INSERT INTO ") + Table<Record>::name + " (" + columnsOf<Record>() +
                             ", mac) VALUES (";
        for (int column = 0; column < columnCountOf<Record>(); ++column)
            insert += "?, ";
        return RowTable{Table<Record>::name, insert + "?)"};
    }();
    return table;
}

/// Reads and authenticates the rows of a record that `where` selects.
template <class Record>
class RowReader {
public:
    RowReader(const RowAccess& access, const Where& where)
        : _access(access), _query(access.connection, selectOf<Record>() + where.sql()) {
        where.bindTo(_query);
        _query.ofTable(Table<Record>::name);
    }

    /// Reads the row of that key, which must outlive the reader.
    RowReader(const RowAccess& access, std::string_view key)
        : _access(access), _query(access.connection, selectByKeyOf<Record>()) {
        _query.withBorrowed(key).ofTable(Table<Record>::name);
    }

    /// Returns nullopt after the last row.
    /// Throws: DamagedRowError. The next call reads the row after the damaged one.
    [[nodiscard]] std::optional<Record> next() {
        if (!_query.next())
            return std::nullopt;
        RowMessage message(Table<Record>::name);
        std::optional<Record> record(std::in_place);
        int column = 0;
        visitColumns(
            [&](const char*, auto&& member) {
                _query.addTo(message, column);
                readColumn(_query, column++, member);
            },
            *record);
        if (!_access.authenticator.isOf(message, _query.bytesAt(column)))
            _query.refuse(column, "another program has changed the row");
        return record;
    }

    /// Returns the code of the present row. Valid until the next row.
    [[nodiscard]] std::string_view code() const { return _query.bytesAt(columnCountOf<Record>()); }

    /// As next, but reports and skips damaged rows.
    [[nodiscard]] std::optional<Record> nextSound() {
        for (;;) {
            try {
                return next();
            } catch (const domain::DamagedRowError& error) {
                _access.damage.report(error);
            }
        }
    }

private:
    RowAccess _access;
    Query _query;
};

/// `where` is a Where or the row's key. Throws: DamagedRowError, after reporting the row.
template <class Record, class Condition>
[[nodiscard]] std::optional<Record> findRow(const RowAccess& access, const Condition& where) {
    try {
        return RowReader<Record>(access, where).next();
    } catch (const domain::DamagedRowError& error) {
        access.damage.report(error);
        throw;
    }
}

/// Returns at most `limit` sound rows; all if `limit` is 0.
template <class Record>
[[nodiscard]] std::vector<Record> selectRows(const RowAccess& access, const Where& where, std::size_t limit) {
    RowReader<Record> reader(access, where);
    std::vector<Record> all;
    // No LIMIT in SQL: damaged rows must not count against the limit.
    while (limit == 0 || all.size() < limit) {
        auto record = reader.nextSound();
        if (!record)
            break;
        all.push_back(std::move(*record));
    }
    return all;
}

template <class Record>
[[nodiscard]] std::size_t countRows(const RowAccess& access, const Where& where) {
    std::int64_t count = 0;
    Query query(access.connection, std::string("SELECT COUNT(*) FROM ") + Table<Record>::name + where.sql());
    where.bindTo(query);
    query.into(count);
    static_cast<void>(query.next());
    return static_cast<std::size_t>(count);
}

/// Inserts a row, or writes its changed values.
/// Throws: base::Error(conflict).
template <class Record>
void putRow(const RowAccess& access, const Record& record) {
    const auto values = valuesOf(record);
    const RowTable& table = tableOf<Record>();
    try {
        const auto [present, code] = [&] {
            RowReader<Record> reader(access, std::string_view(values.front().text));
            auto found = reader.next();
            auto codeOfFound = found ? std::string(reader.code()) : std::string();
            return std::pair(std::move(found), std::move(codeOfFound));
        }();
        if (!present)
            return insertRow(access.connection, access.authenticator, table, values);
        // An earlier version may have spelled a list in another way. The code covers what is stored, so such
        // a row is written as a whole.
        auto before = valuesOf(*present);
        if (access.authenticator.codeOf(table.name, before) != code)
            before.clear();
        updateRow(access.connection, access.authenticator, table, before, values);
    } catch (const domain::DamagedRowError&) {
        // The row was damaged: write all of it.
        updateRow(access.connection, access.authenticator, table, {}, values);
    }
}

/// Inserts a row. Returns false if another row holds a value that must be unique.
template <class Record>
[[nodiscard]] bool addRow(const RowAccess& access, const Record& record) {
    try {
        insertRow(access.connection, access.authenticator, tableOf<Record>(), valuesOf(record));
        return true;
    } catch (const base::Error& error) {
        if (error.code() != base::ErrorCode::conflict)
            throw;
        return false;
    }
}

/// Erases a row, even a damaged one.
template <class Record>
void eraseRow(const RowAccess& access, const std::string& key) {
    Query(access.connection,
          std::string("DELETE FROM ") + Table<Record>::name + " WHERE " + Table<Record>::key + " = ?")
        .with(key)
        .run();
}

} // namespace central_oauth::store
