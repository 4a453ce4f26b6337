// SPDX-License-Identifier: Apache-2.0
#include "RowValues.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Hkdf.h"

#include <Poco/Data/SQLite/SQLiteException.h>

namespace central_oauth::store {

namespace {

constexpr std::string_view keyPurpose = "row";
constexpr char codeVersion = 1;

template <class Enum>
void read(const std::optional<Enum>& known, Enum& value) {
    if (!known)
        throw base::Error(base::ErrorCode::storeUnavailable, {},
                          "a row holds a name that this version does not know");
    value = *known;
}

void append(std::string& message, std::string_view field) {
    message += std::to_string(field.size());
    message += ':';
    message += field;
}

// Prefixes every field with its length, so that no byte can move into the next field.
void append(std::string& message, const RowValue& value) {
    switch (value.kind) {
    case RowValue::Kind::null:
        message += 'n';
        return;
    case RowValue::Kind::number:
        message += 'i';
        return append(message, std::to_string(value.number));
    case RowValue::Kind::text:
        message += 't';
        return append(message, value.text);
    case RowValue::Kind::bytes:
        message += 'b';
        return append(message, value.text);
    }
}

void bind(Query& query, const RowValue& value) {
    switch (value.kind) {
    case RowValue::Kind::null:
        query.withBytes({});
        return;
    case RowValue::Kind::number:
        query.with(value.number);
        return;
    case RowValue::Kind::text:
        query.with(value.text);
        return;
    case RowValue::Kind::bytes:
        query.withBytes(value.text);
        return;
    }
}

void run(Query& query) {
    try {
        query.run();
    } catch (const Poco::Data::SQLite::ConstraintViolationException& error) {
        throw base::Error(base::ErrorCode::conflict, {}, error.displayText());
    }
}

} // namespace

RowAuthenticator::RowAuthenticator(const provider::Secret& serverKey) : _key(crypto::digestSize) {
    _key.write(0, crypto::hkdfSha256(serverKey.reveal(), {}, keyPurpose, crypto::digestSize).reveal());
}

std::string RowAuthenticator::codeOf(std::string_view table, const std::vector<RowValue>& values) const {
    std::string message;
    append(message, table);
    for (const auto& value : values)
        append(message, value);
    return codeVersion + crypto::hmacSha256(_key.view(), message);
}

void RowAuthenticator::require(std::string_view table, const std::vector<RowValue>& values,
                               std::string_view shape, std::string_view code) const {
    if (shape != shapeOf(values) || !crypto::constantTimeEquals(codeOf(table, values), code))
        throw domain::DamagedRowError(std::string(table), values.front().text, "mac",
                                      "another program has changed the row");
}

std::string shapeOf(const std::vector<RowValue>& values) {
    std::string shape;
    for (const auto& value : values) {
        shape += shape.empty() ? "" : ",";
        switch (value.kind) {
        case RowValue::Kind::null:
            shape += "null";
            break;
        case RowValue::Kind::number:
            shape += "integer" + std::to_string(std::to_string(value.number).size());
            break;
        case RowValue::Kind::text:
            shape += "text" + std::to_string(value.text.size());
            break;
        case RowValue::Kind::bytes:
            shape += "blob" + std::to_string(value.text.size());
            break;
        }
    }
    return shape;
}

void insertRow(Poco::Data::Session& session, const RowAuthenticator& authenticator, const RowTable& table,
               const std::vector<RowValue>& values) {
    std::string places;
    for (std::size_t i = 0; i < values.size(); ++i)
        places += "?, ";
    Query query(session,
                "INSERT INTO " + table.name + " (" + table.columns + ", mac) VALUES (" + places + "?)");
    for (const auto& value : values)
        bind(query, value);
    query.withBytes(authenticator.codeOf(table.name, values));
    run(query);
}

void updateRow(Poco::Data::Session& session, const RowAuthenticator& authenticator, const RowTable& table,
               const std::vector<RowValue>& before, const std::vector<RowValue>& values) {
    if (before == values)
        return;
    const auto isChanged = [&](std::size_t i) { return before.empty() || !(before[i] == values[i]); };
    std::string changes;
    for (std::size_t i = 1; i < values.size(); ++i)
        if (isChanged(i))
            changes += std::string(values[i].column) + " = ?, ";
    Query query(session, "UPDATE " + table.name + " SET " + changes + "mac = ? WHERE " +
                             values.front().column + " = ?");
    for (std::size_t i = 1; i < values.size(); ++i)
        if (isChanged(i))
            bind(query, values[i]);
    query.withBytes(authenticator.codeOf(table.name, values)).with(values.front().text);
    run(query);
}

void readName(std::string_view name, domain::ClientKind& kind) {
    read(domain::clientKindOf(name), kind);
}

void readName(std::string_view name, domain::AccountStatus& status) {
    read(domain::accountStatusOf(name), status);
}

void readName(std::string_view name, domain::LinkStatus& status) {
    read(domain::linkStatusOf(name), status);
}

void readName(std::string_view name, domain::EndReason& reason) {
    read(domain::endReasonOf(name), reason);
}

void readName(std::string_view name, domain::EndCause& cause) {
    read(domain::endCauseOf(name), cause);
}

void readName(std::string_view name, domain::PollMethod& method) {
    read(domain::pollMethodOf(name), method);
}

void readName(std::string_view name, domain::StageState& state) {
    read(domain::stageStateOf(name), state);
}

void readName(std::string_view name, domain::Revocation& revocation) {
    read(domain::revocationOf(name), revocation);
}

} // namespace central_oauth::store
