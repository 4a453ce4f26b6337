// SPDX-License-Identifier: Apache-2.0
#include "RowSweep.h"

#include "StoreTroubleError.h"

#include <vector>

namespace central_oauth::store {

namespace {

using Poco::Data::Session;

constexpr std::int64_t batchRows = 500;

std::size_t changeBatch(Database& database, const RowSweep& sweep) {
    return database.write([&](Session& session) {
        // By rowid: a damaged id may be NULL, and equals nothing then.
        Query query(session, sweep.change + " WHERE rowid IN (SELECT rowid FROM " + sweep.table + " WHERE " +
                                 sweep.condition + " LIMIT ?)");
        sweep.bind(query);
        return query.with(batchRows).run();
    });
}

std::vector<std::int64_t> selectRows(const Database& database, const RowSweep& sweep) {
    return database.read([&](Session& session) {
        std::int64_t row = 0;
        Query query(session, "SELECT rowid FROM " + sweep.table + " WHERE " + sweep.condition);
        sweep.bind(query);
        query.into(row);
        std::vector<std::int64_t> rows;
        while (query.next())
            rows.push_back(row);
        return rows;
    });
}

std::size_t changeRow(Database& database, const RowSweep& sweep, std::int64_t row) {
    try {
        return database.write([&](Session& session) {
            Query query(session, sweep.change + " WHERE " + sweep.condition + " AND rowid = ?");
            sweep.bind(query);
            return query.with(row).run();
        });
    } catch (const StoreTroubleError&) {
        throw;
    } catch (const base::Error& error) {
        database.damage().report({sweep.table, "rowid " + std::to_string(row), "unknown", error.what()});
        return 0;
    }
}

} // namespace

std::size_t sweepRows(Database& database, const RowSweep& sweep) {
    std::size_t all = 0;
    try {
        for (std::size_t changed = 1; changed > 0; all += changed)
            changed = changeBatch(database, sweep);
        return all;
    } catch (const StoreTroubleError&) {
        throw;
    } catch (const base::Error&) {
        // A row of the batch cannot be changed. Which one, the single rows show.
    }
    for (const auto row : selectRows(database, sweep))
        all += changeRow(database, sweep, row);
    return all;
}

} // namespace central_oauth::store
