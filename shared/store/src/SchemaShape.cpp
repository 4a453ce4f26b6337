// SPDX-License-Identifier: Apache-2.0
#include "SchemaShape.h"

#include "Query.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"

#include <algorithm>
#include <array>

namespace central_oauth::store {

namespace {

// One per file in migrations/. None ever changes: a change of the schema is a new migration.
constexpr std::array<std::string_view, 4> digests{
    "4a89c14c2e26d3789aedad355a961194b113ad43edcb590f81ab10766d008fd7", // 0001
    "1b4bddf41873a2f12e7ca2acbe3d6f32630d0c25efcedaa70dc724355c8e77de", // 0002
    "44ecbe9a48db19e912459cec300ae648727726be283da365491fd32bf1c9c06a", // 0003
    "9ed0b84e2a5605429b82c52e8ecfca69a24dcfcb4cc13e609b9590de0d3a5090", // 0004
};

bool isBlank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Replaces comments and runs of white space by one space; keeps quoted text.
std::string normalised(std::string_view sql) {
    std::string text;
    char quote = '\0';
    for (std::size_t i = 0; i < sql.size(); ++i) {
        if (quote != '\0') {
            text += sql[i];
            quote = sql[i] == quote ? '\0' : quote;
            continue;
        }
        if (sql.substr(i, 2) == "--")
            i = std::min(sql.find('\n', i), sql.size());
        const char c = i < sql.size() ? sql[i] : ' ';
        if (!isBlank(c))
            text += c;
        else if (!text.empty() && text.back() != ' ')
            text += ' ';
        if (c == '\'' || c == '"' || c == '`')
            quote = c;
    }
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
    return text;
}

void add(std::string& list, const std::string& item) {
    list += (list.empty() ? "" : ", ") + item;
}

} // namespace

SchemaShape readShape(Connection& connection) {
    SchemaShape shape;
    std::string kind;
    std::string name;
    std::string sql;
    Query query(connection,
                "SELECT type, name, COALESCE(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%'"
                " ESCAPE '\\'");
    query.into(kind).into(name).into(sql);
    while (query.next())
        shape[std::string(kind).append(" ").append(name)] = normalised(sql);
    return shape;
}

std::string digestOf(const SchemaShape& shape) {
    std::string text;
    for (const auto& [object, definition] : shape)
        text.append(object).append("\n").append(definition).append("\n");
    return crypto::encodeHex(crypto::sha256(text));
}

std::string differenceOf(const SchemaShape& expected, const SchemaShape& found) {
    std::string list;
    for (const auto& [object, definition] : expected) {
        const auto other = found.find(object);
        if (other == found.end())
            add(list, object + " is missing");
        else if (other->second != definition)
            add(list, object + " differs");
    }
    for (const auto& [object, definition] : found)
        if (!expected.contains(object))
            add(list, object + " is unknown");
    return list;
}

std::string_view knownDigest(int number) noexcept {
    const auto index = static_cast<std::size_t>(number) - 1;
    return number > 0 && index < digests.size() ? digests[index] : std::string_view();
}

} // namespace central_oauth::store
