// SPDX-License-Identifier: Apache-2.0
// The values of columns: how each type is stored, and the code that authenticates a row.
#pragma once

#include "Query.h"
#include "RowColumns.h"
#include "SiteJson.h"
#include "central_oauth/base/EnumNames.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/platform/PrivateMemory.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <Poco/Data/Session.h>

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

/// Authenticates rows under the instance's key. A code is the version number 1 and an HMAC-SHA-256 of the
/// table's name and all values. A later list of columns gets another version number. Owns the key.
/// Thread-safe.
class RowAuthenticator {
public:
    /// Derives the key from the server key.
    explicit RowAuthenticator(const provider::Secret& serverKey);

    [[nodiscard]] std::string codeOf(std::string_view table, const std::vector<RowValue>& values) const;

    /// Throws DamagedRowError if the code is wrong, or if the row holds a value in another form than this
    /// service writes, such as a text with bytes after a NUL. SQL conditions see that form.
    void require(std::string_view table, const std::vector<RowValue>& values, std::string_view shape,
                 std::string_view code) const;

private:
    central_oauth::platform::LockedMemory _key;
};

/// Returns the type and size of each value as written: "text5,integer10,null".
[[nodiscard]] std::string shapeOf(const std::vector<RowValue>& values);

/// A table and its columns, except `mac`.
struct RowTable {
    std::string name;
    std::string columns;
};

/// Throws: base::Error(conflict) if another row holds a value that must be unique.
void insertRow(Poco::Data::Session& session, const RowAuthenticator& authenticator, const RowTable& table,
               const std::vector<RowValue>& values);

/// Writes the code and the values that differ from `before`; all values if `before` is empty. The first value
/// is the key.
/// Throws: as insertRow.
void updateRow(Poco::Data::Session& session, const RowAuthenticator& authenticator, const RowTable& table,
               const std::vector<RowValue>& before, const std::vector<RowValue>& values);

// How each type is stored: valueOf returns the value, readInto adds a target for a column.

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
void readName(std::string_view name, domain::Revocation& revocation);

template <class Value>
requires requires(Query query, Value value) {
    query.into(value);
}
void readInto(Query& query, Value& value) {
    query.into(value);
}
inline void readInto(Query& query, std::vector<std::string>& names) {
    query.intoText([&names](const std::string& text) { names = namesOf(text); });
}
inline void readInto(Query& query, std::vector<domain::Site>& sites) {
    query.intoText([&sites](const std::string& text) { sites = sitesOf(text); });
}
inline void readInto(Query& query, Bytes<std::string> bytes) {
    query.intoBytes(bytes.value);
}
inline void readInto(Query& query, Optional<std::string> text) {
    query.intoText([&value = text.value](std::string read) { value = std::move(read); }, true);
}
template <class Tag>
void readInto(Query& query, Optional<base::StrongId<Tag>> id) {
    query.intoOptional(id.value);
}
template <class Enum>
requires std::is_enum_v<Enum>
void readInto(Query& query, Enum& value) {
    query.intoText([&value](const std::string& name) { readName(name, value); });
}
template <class Enum>
requires std::is_enum_v<Enum>
void readInto(Query& query, std::optional<Enum>& value) {
    query.intoText([&value](const std::string& name) {
        value.reset();
        if (!name.empty())
            readName(name, value.emplace());
    });
}

} // namespace central_oauth::store
