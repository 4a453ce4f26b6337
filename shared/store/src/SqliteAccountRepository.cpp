// SPDX-License-Identifier: Apache-2.0
#include "SqliteAccountRepository.h"

#include "AccountRemoval.h"
#include "AccountRows.h"
#include "LinkRows.h"
#include "SiteJson.h"
#include "StoredNames.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/crypto/Encoding.h"

#include <algorithm>
#include <charconv>
#include <functional>

namespace central_oauth::store {

namespace {

using Poco::Data::Session;

std::string cursorOf(const AccountPosition& position) {
    return crypto::encodeBase64Url(std::to_string(position.createdAt) + ":" + position.id);
}

AccountPosition positionOf(const std::string& cursor) {
    AccountPosition position;
    const auto text = crypto::decodeBase64Url(cursor);
    if (text) {
        const char* const end = text->data() + text->size();
        const auto [stop, fault] = std::from_chars(text->data(), end, position.createdAt);
        if (fault == std::errc() && end - stop > 1 && *stop == ':' && text->find('\0') == std::string::npos) {
            position.id.assign(stop + 1, end);
            return position;
        }
    }
    throw base::Error(base::ErrorCode::invalidRequest, "The cursor is none of this list's.");
}

std::string listSql(const AccountFilter& filter, bool hasCursor) {
    std::string sql = accountSelect(", a.created_at") + "WHERE a.client_id = ?";
    if (!filter.provider.empty())
        sql += " AND a.provider = ?";
    if (filter.subject)
        sql += " AND a.subject = ?";
    if (!filter.upstreamId.empty())
        sql += " AND a.upstream_id = ?";
    if (filter.status)
        sql += " AND a.status = ?";
    if (!filter.only.empty())
        sql += " AND a.id = ?";
    if (!filter.site.empty())
        sql += " AND EXISTS (SELECT 1 FROM (SELECT CASE type WHEN 'object' THEN value END AS site FROM"
               " json_each(CASE WHEN json_valid(a.sites) THEN a.sites ELSE '[]' END))"
               " WHERE json_extract(site, '$.id') = ?"
               " OR json_extract(site, '$.url') = ?)";
    if (hasCursor)
        sql += " AND (a.created_at, a.id) > (?, ?)";
    return sql + " ORDER BY a.created_at, a.id LIMIT ?";
}

// In the order of listSql's parameters.
void withFilter(Query& query, const AccountFilter& filter) {
    if (!filter.provider.empty())
        query.with(filter.provider);
    if (filter.subject)
        query.with(*filter.subject);
    if (!filter.upstreamId.empty())
        query.with(filter.upstreamId);
    if (filter.status)
        query.with(std::string(nameOf(*filter.status)));
    if (!filter.only.empty())
        query.with(filter.only);
    if (!filter.site.empty())
        query.with(filter.site).with(base::canonicalSiteUrl(filter.site));
}

// Who has consented may be read in the sealed stage only.
int countStaged(Session& session, DamageLog& damage, const Vault& vault, const std::string& provider,
                const std::string& upstreamId) {
    int all = 0;
    for (const LinkRow& row : selectStaged(session, damage, provider)) {
        try {
            all += openStage(vault, row, stagedGeneration).grant.identity.upstreamId == upstreamId ? 1 : 0;
        } catch (const UndecryptableError&) {
            // Its delivery fails, so nothing will rest on it.
        }
    }
    return all;
}

// Has `note` change the account, if it is there, and keeps what has changed.
bool changeRow(Session& session, const AccountId& id, const std::function<bool(Account&)>& note) {
    auto account = selectAccount(session, id);
    if (!account)
        return false;
    const Account before = *account;
    if (!note(*account))
        return false;
    keepAccount(session, before, *account);
    return true;
}

} // namespace

std::optional<Account> SqliteAccountRepository::find(const ClientId& owner, const AccountId& id) const {
    return _database.read([&](Session& session) { return selectAccount(session, owner, id); });
}

std::optional<Account> SqliteAccountRepository::findIdentity(const ClientId& owner,
                                                             const AccountId& id) const {
    return _database.read([&](Session& session) { return selectIdentity(session, owner, id); });
}

std::optional<Account> SqliteAccountRepository::findLatest(const ClientId& owner, const std::string& provider,
                                                           const std::string& subject) const {
    return _database.read([&](Session& session) {
        Account account;
        Query query(session, accountSelect() + "WHERE a.client_id = ? AND a.provider = ? AND a.subject = ?"
                                               " ORDER BY a.linked_at DESC, a.created_at DESC, a.id LIMIT 1");
        query.with(owner).with(provider).with(subject);
        intoAccount(query, account);
        // A damaged one is as good as none, and a new link makes it whole. An earlier one may be another
        // person's.
        return query.nextSound(_database.damage()) ? std::optional(std::move(account)) : std::nullopt;
    });
}

AccountPage SqliteAccountRepository::list(const ClientId& owner, const AccountFilter& filter, int limit,
                                          const std::string& cursor) const {
    const auto wanted = static_cast<std::size_t>(std::max(limit, 1));
    const auto after = cursor.empty() ? std::nullopt : std::optional(positionOf(cursor));
    // Damaged rows take places of the statement's limit, so it grows by them.
    for (std::size_t room = 0;;) {
        AccountPage page;
        const auto skipped = readPage({owner, filter, after, wanted, wanted + room + 1}, page);
        if (skipped <= room)
            return page;
        room = skipped;
    }
}

std::size_t SqliteAccountRepository::readPage(const PageRequest& request, AccountPage& page) const {
    return _database.read([&](Session& session) {
        Query query(session, listSql(request.filter, request.after.has_value()));
        query.with(request.owner);
        withFilter(query, request.filter);
        if (request.after)
            query.with(request.after->createdAt).with(request.after->id);
        query.with(static_cast<std::int64_t>(request.rows));
        Account account;
        AccountPosition last;
        std::int64_t createdAt = 0;
        intoAccount(query, account);
        query.ofRow("accounts", account.id, false).into(createdAt);
        while (query.nextSound(_database.damage())) {
            if (page.items.size() == request.wanted) {
                // One more than wanted tells that there is a next page.
                page.nextCursor = cursorOf(last);
                break;
            }
            last = {createdAt, account.id.value()};
            page.items.push_back(account);
        }
        return page.nextCursor ? std::size_t{0} : query.skipped();
    });
}

std::optional<Tokens> SqliteAccountRepository::findTokens(const AccountId& id) const {
    const auto row = _database.read([&](Session& session) { return selectTokens(session, id); });
    if (!row)
        return std::nullopt;
    Tokens tokens;
    tokens.accessToken = openToken(_vault, id, *row, "access_token");
    tokens.refreshToken = openToken(_vault, id, *row, "refresh_token");
    tokens.accessExpiresAt = row->accessExpiresAt;
    tokens.granted = row->granted;
    tokens.version = row->version;
    return tokens;
}

std::optional<std::int64_t>
SqliteAccountRepository::replaceTokens(const AccountId& id, std::int64_t expectedVersion, const Tokens& fresh,
                                       const std::vector<std::string>& scopes, Timestamp now) {
    return _database.write([&](Session& session) -> std::optional<std::int64_t> {
        const auto row = selectTokens(session, id);
        if (!row || row->version != expectedVersion)
            return std::nullopt;
        Tokens stored;
        stored.accessToken = fresh.accessToken.clone();
        // The old refresh token is sealed anew as well: its blob is bound to the generation that ends here.
        stored.refreshToken = fresh.refreshToken.empty() ? openToken(_vault, id, *row, "refresh_token")
                                                         : fresh.refreshToken.clone();
        stored.accessExpiresAt = fresh.accessExpiresAt;
        stored.granted = fresh.granted;
        stored.version = expectedVersion + 1;
        storeTokens(session, _vault, row->owner, id, stored, row->generation + 1);
        changeRow(session, id, [&](Account& account) {
            domain::noteRefreshed(account, scopes, now);
            return true;
        });
        return stored.version;
    });
}

bool SqliteAccountRepository::markDead(const AccountId& id, std::int64_t version, const std::string& reason,
                                       Timestamp now) {
    return _database.write([&](Session& session) {
        auto account = selectAccount(session, id);
        if (!account || account->tokenVersion != version)
            return false;
        changeRow(session, id, [&](Account& each) { return domain::noteDead(each, reason, now); });
        return true;
    });
}

void SqliteAccountRepository::markProblem(const AccountId& id, std::int64_t version,
                                          const std::string& problem, Timestamp now) {
    const auto note = [&](Account& account) {
        return account.tokenVersion == version && domain::noteProblem(account, problem, now);
    };
    // A problem that lasts is noted at each attempt, and that costs no write.
    auto account = _database.read([&](Session& session) { return selectAccount(session, id); });
    if (account && note(*account))
        _database.write([&](Session& session) { return changeRow(session, id, note); });
}

std::optional<Account> SqliteAccountRepository::change(const ClientId& owner, const AccountId& id,
                                                       const AccountChange& change) {
    return _database.write([&](Session& session) {
        auto account = selectAccount(session, owner, id);
        if (account) {
            const Account before = *account;
            account->chosenSite = change.chosenSite.value_or(account->chosenSite);
            account->label = change.label.value_or(account->label);
            keepAccount(session, before, *account);
        }
        return account;
    });
}

int SqliteAccountRepository::countOfPerson(const std::vector<std::string>& providers,
                                           const std::string& upstreamId) const {
    return _database.read([&](Session& session) {
        int all = 0;
        for (const std::string& provider : providers) {
            int some = 0;
            Query query(session, "SELECT COUNT(*) FROM accounts WHERE upstream_id = ? AND provider = ?");
            query.with(upstreamId).with(provider).into(some);
            static_cast<void>(query.next());
            all += some + countStaged(session, _database.damage(), _vault, provider, upstreamId);
        }
        return all;
    });
}

bool SqliteAccountRepository::markUsed(const AccountId& id, Timestamp now) {
    // On the path of each token read: one column tells whether there is anything to note.
    const bool isDue = _database.read([&](Session& session) {
        Account account;
        Query query(session, "SELECT last_used_at FROM accounts WHERE id = ?");
        query.with(id).into(account.lastUsedAt);
        return query.next() && domain::noteUsed(account, now);
    });
    return !isDue || _database.writeIfFree([&](Session& session) {
        changeRow(session, id, [&](Account& account) { return domain::noteUsed(account, now); });
    });
}

std::optional<RemovedAccount> SqliteAccountRepository::remove(const ClientId& owner, const AccountId& id,
                                                              Timestamp now, Revocation revocation) {
    return _database.write([&](Session& session) -> std::optional<RemovedAccount> {
        std::optional<Account> account;
        try {
            account = selectAccount(session, owner, id);
        } catch (const DamagedRowError& error) {
            _database.damage().report(error);
            account = selectIdentity(session, owner, id);
        }
        if (!account)
            return std::nullopt;
        return removeAccount(session, _vault, std::move(*account), now, revocation);
    });
}

} // namespace central_oauth::store
