// SPDX-License-Identifier: Apache-2.0
// The values of columns: how each type is stored, and the code that authenticates a row.
#pragma once

#include "Query.h"
#include "RowColumns.h"
#include "SiteJson.h"
#include "central_oauth/base/EnumNames.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/domain/Store.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace central_oauth::store {

/// One value in the form its column holds.
struct RowValue {
    enum class Kind { null, text, number, bytes };

    const char* column;
    Kind kind = Kind::null;
    std::string text{}; ///< text or bytes
    std::int64_t number = 0;

    bool operator==(const RowValue& other) const {
        return kind == other.kind && text == other.text && number == other.number;
    }
};

/// The message that a row's code authenticates: the table's name and all values, each with its type and size,
/// so that no byte can move into the next value. Leaves its memory to the thread's next message.
///
/// Not thread-safe.
class RowMessage {
public:
    explicit RowMessage(std::string_view table);
    ~RowMessage();
    RowMessage(const RowMessage&) = delete;
    RowMessage& operator=(const RowMessage&) = delete;

    void addNull() { _text += 'n'; }
    void addNumber(std::int64_t number);
    void addText(std::string_view text);
    void addBytes(std::string_view bytes);
    void add(const RowValue& value);

    [[nodiscard]] std::string_view text() const noexcept { return _text; }

private:
    void addSized(std::string_view field);

    std::string _text;
};

/// Authenticates rows under the instance's key. A code is the version number 1 and an HMAC-SHA-256 of a
/// RowMessage. A later list of columns gets another version number. Owns the key.
/// Thread-safe.
class RowAuthenticator {
public:
    /// Derives the key from the server key.
    explicit RowAuthenticator(const provider::Secret& serverKey);

    [[nodiscard]] std::string codeOf(const RowMessage& message) const;
    [[nodiscard]] std::string codeOf(std::string_view table, const std::vector<RowValue>& values) const;

    /// Returns whether the code is that of the message. The message has the values in the form in which SQL
    /// conditions see them: a text with bytes after a NUL differs from the same text without them.
    [[nodiscard]] bool isOf(const RowMessage& message, std::string_view code) const;

private:
    crypto::HmacKey _key;
};

/// A table of rows with a code.
struct RowTable {
    std::string name;
    std::string insert; ///< the statement, with a parameter for each value and the last one for `mac`
};

/// Runs a statement that writes. Throws: base::Error(conflict) if it breaks a constraint.
void runWrite(Query& query);

/// Throws: base::Error(conflict) if another row holds a value that must be unique.
void insertRow(Connection& connection, const RowAuthenticator& authenticator, const RowTable& table,
               const std::vector<RowValue>& values);

/// Writes the code and the values that differ from `before`; all values if `before` is empty. The first value
/// is the key.
/// Throws: as insertRow.
void updateRow(Connection& connection, const RowAuthenticator& authenticator, const RowTable& table,
               const std::vector<RowValue>& before, const std::vector<RowValue>& values);

// How each type is stored: valueOf returns the value, readColumn reads a column of the present row.

inline RowValue textValue(const char* column, std::string text) {
    return {column, RowValue::Kind::text, std::move(text), 0};
}
inline RowValue numberValue(const char* column, std::int64_t number) {
    return {column, RowValue::Kind::number, {}, number};
}

inline RowValue valueOf(const char* column, const std::string& text) {
    return textValue(column, text);
}
template <class Tag>
RowValue valueOf(const char* column, const base::StrongId<Tag>& id) {
    return textValue(column, id.value());
}
template <class Number>
requires std::is_integral_v<Number> RowValue valueOf(const char* column, Number number) {
    return numberValue(column, static_cast<std::int64_t>(number));
}
inline RowValue valueOf(const char* column, base::Timestamp time) {
    return numberValue(column, time.time_since_epoch().count());
}
inline RowValue valueOf(const char* column, const std::optional<base::Timestamp>& time) {
    return time ? valueOf(column, *time) : RowValue{column};
}
inline RowValue valueOf(const char* column, const std::vector<std::string>& names) {
    return textValue(column, textOfNames(names));
}
inline RowValue valueOf(const char* column, const std::vector<domain::Site>& sites) {
    return textValue(column, textOfSites(sites));
}
template <class Text>
RowValue valueOf(const char* column, const Bytes<Text>& bytes) {
    return bytes.value.empty() ? RowValue{column} : RowValue{column, RowValue::Kind::bytes, bytes.value, 0};
}
template <class Value>
RowValue valueOf(const char* column, const Optional<Value>& optional) {
    return optional.value.empty() ? RowValue{column} : valueOf(column, optional.value);
}
template <class Enum>
requires std::is_enum_v<Enum> RowValue valueOf(const char* column, Enum value) {
    return textValue(column, std::string(nameOf(value)));
}
template <class Enum>
requires std::is_enum_v<Enum> RowValue valueOf(const char* column, const std::optional<Enum>& value) {
    return textValue(column, value ? std::string(nameOf(*value)) : std::string());
}

// Throws if this version does not know the name.
void readName(std::string_view name, domain::ClientKind& kind);
void readName(std::string_view name, domain::AccountStatus& status);
void readName(std::string_view name, domain::LinkStatus& status);
void readName(std::string_view name, domain::EndReason& reason);
void readName(std::string_view name, domain::EndCause& cause);
void readName(std::string_view name, domain::PollMethod& method);
void readName(std::string_view name, domain::StageState& state);
void readName(std::string_view name, domain::RefreshState& state);
void readName(std::string_view name, domain::Revocation& revocation);

template <class Value>
requires requires(const Query query, Value value) {
    query.read(0, value);
}
void readColumn(const Query& query, int column, Value& value) {
    query.read(column, value);
}
/// Reads a text with `parse`. Throws: DamagedRowError with the message of a base::Error from `parse`.
template <class Parse>
void parseColumn(const Query& query, int column, const Parse& parse) {
    try {
        parse(query.textAt(column));
    } catch (const domain::DamagedRowError&) {
        throw;
    } catch (const base::Error& problem) {
        query.refuse(column, problem.what());
    }
}
inline void readColumn(const Query& query, int column, std::vector<std::string>& names) {
    parseColumn(query, column, [&names](std::string_view text) { names = namesOf(text); });
}
inline void readColumn(const Query& query, int column, std::vector<domain::Site>& sites) {
    parseColumn(query, column, [&sites](std::string_view text) { sites = sitesOf(text); });
}
inline void readColumn(const Query& query, int column, Bytes<std::string> bytes) {
    bytes.value = query.bytesAt(column);
}
template <class Value>
void readColumn(const Query& query, int column, Optional<Value> optional) {
    if (query.isNullAt(column))
        optional.value = Value();
    else
        query.read(column, optional.value);
}
template <class Enum>
requires std::is_enum_v<Enum>
void readColumn(const Query& query, int column, Enum& value) {
    parseColumn(query, column, [&value](std::string_view name) { readName(name, value); });
}
template <class Enum>
requires std::is_enum_v<Enum>
void readColumn(const Query& query, int column, std::optional<Enum>& value) {
    parseColumn(query, column, [&value](std::string_view name) {
        value.reset();
        if (!name.empty())
            readName(name, value.emplace());
    });
}

} // namespace central_oauth::store
