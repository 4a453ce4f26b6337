// SPDX-License-Identifier: Apache-2.0
#include "RowValues.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/PerThread.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Hkdf.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

#include <Poco/Data/SQLite/SQLiteException.h>

namespace central_oauth::store {

namespace {

constexpr std::string_view keyPurpose = "row";
constexpr char codeVersion = 1;

/// A number's decimal digits, without a string for them.
class Digits {
public:
    template <class Number>
    explicit Digits(Number number)
        : _end(std::to_chars(_digits.data(), _digits.data() + _digits.size(), number).ptr) {}

    [[nodiscard]] std::string_view text() const noexcept {
        return {_digits.data(), static_cast<std::size_t>(_end - _digits.data())};
    }

private:
    std::array<char, 24> _digits;
    const char* _end;
};

// The text of the thread's last message: sealed values, and what the row shows. It lives as long as the
// thread.
struct SpareText {
    std::string text;
};

// Null if the thread is ending.
SpareText* spareText() noexcept {
    return base::PerThread<SpareText>::find();
}

constexpr std::size_t longestSpare = std::size_t{32} * 1024;

template <class Enum>
void read(const std::optional<Enum>& known, Enum& value) {
    if (!known)
        throw base::Error(base::ErrorCode::storeUnavailable, {},
                          "a row holds a name that this version does not know");
    value = *known;
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

} // namespace

void runWrite(Query& query) {
    try {
        query.run();
    } catch (const Poco::Data::SQLite::ConstraintViolationException& error) {
        throw base::Error(base::ErrorCode::conflict, {}, error.displayText());
    }
}

RowAuthenticator::RowAuthenticator(const provider::Secret& serverKey)
    : _key(crypto::hkdfSha256(serverKey.reveal(), {}, keyPurpose, crypto::digestSize).reveal()) {}

std::string RowAuthenticator::codeOf(const RowMessage& message) const {
    return codeVersion + _key.hash(message.text());
}

std::string RowAuthenticator::codeOf(std::string_view table, const std::vector<RowValue>& values) const {
    RowMessage message(table);
    for (const auto& value : values)
        message.add(value);
    return codeOf(message);
}

bool RowAuthenticator::isOf(const RowMessage& message, std::string_view code) const {
    return code.starts_with(codeVersion) && _key.isHash(message.text(), code.substr(1));
}

RowMessage::RowMessage(std::string_view table) {
    if (auto* const spare = spareText())
        _text = std::exchange(spare->text, {});
    _text.clear();
    addSized(table);
}

RowMessage::~RowMessage() {
    auto* const spare = spareText();
    if (spare != nullptr && _text.capacity() <= longestSpare)
        spare->text = std::move(_text);
}

void RowMessage::addNumber(std::int64_t number) {
    _text += 'i';
    addSized(Digits(number).text());
}

void RowMessage::addText(std::string_view text) {
    _text += 't';
    addSized(text);
}

void RowMessage::addBytes(std::string_view bytes) {
    _text += 'b';
    addSized(bytes);
}

void RowMessage::add(const RowValue& value) {
    switch (value.kind) {
    case RowValue::Kind::null:
        return addNull();
    case RowValue::Kind::number:
        return addNumber(value.number);
    case RowValue::Kind::text:
        return addText(value.text);
    case RowValue::Kind::bytes:
        return addBytes(value.text);
    }
}

void RowMessage::addSized(std::string_view field) {
    _text += Digits(field.size()).text();
    _text += ':';
    _text += field;
}

void insertRow(Connection& connection, const RowAuthenticator& authenticator, const RowTable& table,
               const std::vector<RowValue>& values) {
    Query query(connection, table.insert);
    for (const auto& value : values)
        bind(query, value);
    query.withBytes(authenticator.codeOf(table.name, values));
    runWrite(query);
}

void updateRow(Connection& connection, const RowAuthenticator& authenticator, const RowTable& table,
               const std::vector<RowValue>& before, const std::vector<RowValue>& values) {
    if (before == values)
        return;
    const auto isChanged = [&](std::size_t i) { return before.empty() || !(before[i] == values[i]); };
    std::string changes;
    for (std::size_t i = 1; i < values.size(); ++i)
        if (isChanged(i))
            changes += std::string(values[i].column) + " = ?, ";
    Query query(connection, "UPDATE " + table.name + " SET " + changes + "mac = ? WHERE " +
                                values.front().column + " = ?");
    for (std::size_t i = 1; i < values.size(); ++i)
        if (isChanged(i))
            bind(query, values[i]);
    query.withBytes(authenticator.codeOf(table.name, values)).with(values.front().text);
    runWrite(query);
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

void readName(std::string_view name, domain::RefreshState& state) {
    read(domain::refreshStateOf(name), state);
}

void readName(std::string_view name, domain::Revocation& revocation) {
    read(domain::revocationOf(name), revocation);
}

} // namespace central_oauth::store
