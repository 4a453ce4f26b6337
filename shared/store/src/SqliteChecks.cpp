// SPDX-License-Identifier: Apache-2.0
// The checks of grants. Their rows have no code, so they are no records of Rows.h.
#include "SqliteView.h"

#include <cstdint>

namespace central_oauth::store {

using domain::GrantCheck;
using domain::KeepingState;

std::optional<GrantCheck> SqliteView::checkOf(const domain::AccountId& id) const {
    GrantCheck check{.account = id};
    Query query(_access.connection, "SELECT due_at FROM grant_checks WHERE account_id = ?");
    query.with(id).into(check.due);
    return query.next() ? std::optional(check) : std::nullopt;
}

std::vector<GrantCheck> SqliteView::dueChecks(domain::Timestamp by, std::size_t most) const {
    std::vector<GrantCheck> checks;
    GrantCheck check;
    Query query(_access.connection, "SELECT account_id, due_at FROM grant_checks WHERE due_at <= ?"
                                    " ORDER BY due_at LIMIT ?");
    query.with(by).with(static_cast<std::int64_t>(most)).into(check.account).into(check.due);
    while (query.next())
        checks.push_back(check);
    return checks;
}

void SqliteView::put(const GrantCheck& check) {
    Query query(_access.connection, "INSERT INTO grant_checks (account_id, due_at) VALUES (?, ?)"
                                    " ON CONFLICT (account_id) DO UPDATE SET due_at = excluded.due_at");
    runWrite(query.with(check.account).with(check.due));
}

void SqliteView::eraseCheck(const domain::AccountId& id) {
    Query(_access.connection, "DELETE FROM grant_checks WHERE account_id = ?").with(id).run();
}

// Checks that are due already stay, with their warnings.
std::size_t SqliteView::pullChecks(domain::Timestamp now, std::size_t most) {
    return Query(_access.connection, "UPDATE grant_checks SET due_at = ? WHERE account_id IN"
                                     " (SELECT account_id FROM grant_checks WHERE due_at > ? LIMIT ?)")
        .with(now)
        .with(now)
        .with(static_cast<std::int64_t>(most))
        .run();
}

std::optional<KeepingState> SqliteView::keepingState() const {
    KeepingState state;
    Query query(_access.connection, "SELECT rules, looked_at FROM grant_keeping");
    query.into(state.rules).into(state.lookedAt);
    return query.next() ? std::optional(state) : std::nullopt;
}

void SqliteView::put(const KeepingState& state) {
    Query(_access.connection, "INSERT INTO grant_keeping (id, rules, looked_at) VALUES (1, ?, ?)"
                              " ON CONFLICT (id) DO UPDATE SET rules = excluded.rules,"
                              " looked_at = excluded.looked_at")
        .with(state.rules)
        .with(state.lookedAt)
        .run();
}

} // namespace central_oauth::store
