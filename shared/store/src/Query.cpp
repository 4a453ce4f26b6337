// SPDX-License-Identifier: Apache-2.0
#include "Query.h"

#include "RowValues.h"

#include <limits>
#include <new>
#include <sqlite3.h>
#include <stdexcept>

namespace central_oauth::store {

namespace {

constexpr std::int64_t endOfYear9999 = 253'402'300'799; // four-digit years only (RFC 3339)

std::int64_t secondsOf(Timestamp time) {
    return time.time_since_epoch().count();
}

} // namespace

Query::Query(Connection& connection, std::string_view sql)
    : _connection(connection), _lease(connection.prepare(sql)) {}

Query::~Query() {
    _connection.keep(std::move(_lease));
}

void Query::bound(int code) const {
    if (code != SQLITE_OK)
        _connection.fail(code);
}

Query& Query::with(std::string_view text) {
    return bindText(text, SQLITE_TRANSIENT);
}

Query& Query::withBorrowed(std::string_view text) {
    return bindText(text, SQLITE_STATIC);
}

Query& Query::bindText(std::string_view text, void (*release)(void*)) {
    if (text.find('\0') != std::string_view::npos)
        throw base::Error(base::ErrorCode::invalidRequest, "A text holds a NUL character.",
                          "a text to be stored holds a NUL character");
    bound(sqlite3_bind_text64(_lease.statement.get(), ++_parameters, text.empty() ? "" : text.data(),
                              text.size(), release, SQLITE_UTF8));
    return *this;
}

Query& Query::with(std::int64_t number) {
    bound(sqlite3_bind_int64(_lease.statement.get(), ++_parameters, number));
    return *this;
}

Query& Query::with(Timestamp time) {
    return with(secondsOf(time));
}

Query& Query::with(const std::optional<Timestamp>& time) {
    if (time)
        return with(*time);
    bound(sqlite3_bind_null(_lease.statement.get(), ++_parameters));
    return *this;
}

Query& Query::withBytes(std::string_view bytes) {
    ++_parameters;
    bound(bytes.empty() ? sqlite3_bind_null(_lease.statement.get(), _parameters)
                        : sqlite3_bind_blob64(_lease.statement.get(), _parameters, bytes.data(), bytes.size(),
                                              SQLITE_TRANSIENT));
    return *this;
}

Query& Query::ofTable(const char* table) noexcept {
    _table = table;
    return *this;
}

int Query::step() {
    if (_parameters != sqlite3_bind_parameter_count(_lease.statement.get()))
        throw std::logic_error("a parameter without a value");
    const int code = sqlite3_step(_lease.statement.get());
    if (code == SQLITE_ROW)
        return code;
    // A statement that has ended keeps neither a lock nor a snapshot.
    if (const int reset = sqlite3_reset(_lease.statement.get()); code != SQLITE_DONE)
        _connection.fail(reset != SQLITE_OK ? reset : code);
    return code;
}

std::size_t Query::run() {
    while (step() == SQLITE_ROW) {
    }
    if (sqlite3_stmt_readonly(_lease.statement.get()) != 0)
        return 0;
    return static_cast<std::size_t>(sqlite3_changes64(_connection.handle()));
}

bool Query::next() {
    if (_isDone)
        return false;
    _isDone = true; // also if the step fails: another one would begin again
    _cell = {};
    if (step() != SQLITE_ROW)
        return false;
    _isDone = false;
    for (std::size_t column = 0; column < _targets.size(); ++column)
        _targets[column](static_cast<int>(column));
    return true;
}

void Query::read(int column, std::int64_t& number) const {
    switch (typeAt(column)) {
    case SQLITE_INTEGER:
        number = sqlite3_column_int64(_lease.statement.get(), column);
        return;
    case SQLITE_NULL:
        refuse(column, "NULL");
    default:
        refuse(column, "not a whole number");
    }
}

void Query::read(int column, int& number) const {
    std::int64_t value = 0;
    read(column, value);
    if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max())
        refuse(column, "a number out of range");
    number = static_cast<int>(value);
}

void Query::read(int column, bool& flag) const {
    std::int64_t value = 0;
    read(column, value);
    if (value != 0 && value != 1)
        refuse(column, "neither 0 nor 1");
    flag = value == 1;
}

void Query::read(int column, Timestamp& time) const {
    std::int64_t seconds = 0;
    read(column, seconds);
    if (seconds < 0 || seconds > endOfYear9999)
        refuse(column, "not a valid time");
    time = Timestamp(std::chrono::seconds(seconds));
}

void Query::read(int column, std::optional<Timestamp>& time) const {
    if (isNullAt(column))
        time.reset();
    else
        read(column, time.emplace());
}

// Returns the type of the value as it is stored. SQLite does not define it after a conversion.
int Query::typeAt(int column) const noexcept {
    if (_cell.column != column)
        _cell = {column, sqlite3_column_type(_lease.statement.get(), column)};
    return _cell.type;
}

std::string_view Query::textAt(int column) const {
    if (isNullAt(column))
        refuse(column, "NULL");
    if (_cell.hasText)
        return _cell.text;
    const auto* const text =
        reinterpret_cast<const char*>(sqlite3_column_text(_lease.statement.get(), column));
    if (text == nullptr)
        throw std::bad_alloc();
    _cell.text = {text, static_cast<std::size_t>(sqlite3_column_bytes(_lease.statement.get(), column))};
    _cell.hasText = _cell.type == SQLITE_TEXT; // other values were converted
    return _cell.text;
}

std::string_view Query::bytesAt(int column) const {
    const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(_lease.statement.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(_lease.statement.get(), column));
    if (bytes == nullptr && sqlite3_errcode(_connection.handle()) == SQLITE_NOMEM)
        throw std::bad_alloc();
    return bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
}

bool Query::isNullAt(int column) const noexcept {
    return typeAt(column) == SQLITE_NULL;
}

void Query::addTo(RowMessage& message, int column) const {
    switch (typeAt(column)) {
    case SQLITE_NULL:
        message.addNull();
        break;
    case SQLITE_INTEGER:
        message.addNumber(sqlite3_column_int64(_lease.statement.get(), column));
        break;
    case SQLITE_TEXT:
        message.addText(textAt(column));
        break;
    case SQLITE_BLOB:
        message.addBytes(bytesAt(column));
        break;
    default: // this service stores no fractions
        refuse(column, "not a whole number");
    }
}

void Query::refuse(int column, const char* problem) const {
    std::string key = "unknown";
    if (_table != nullptr)
        key = column == 0 || isNullAt(0) ? "unreadable" : std::string(textAt(0));
    const char* const name = sqlite3_column_name(_lease.statement.get(), column);
    throw domain::DamagedRowError(_table != nullptr ? _table : "unknown", key,
                                  name != nullptr ? name : "unknown", problem);
}

} // namespace central_oauth::store
