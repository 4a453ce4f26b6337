// SPDX-License-Identifier: Apache-2.0
#include "Query.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"

#include <limits>
#include <memory>

#include <Poco/Data/LOB.h>
#include <Poco/Nullable.h>

namespace central_oauth::store {

namespace {

using Poco::Data::Keywords::bind;
using Poco::Data::Keywords::limit;

using Bytes = Poco::Data::BLOB;

[[noreturn]] void damaged(const char* problem) {
    throw base::Error(base::ErrorCode::storeUnavailable, {}, problem);
}

std::int64_t present(const std::optional<std::int64_t>& value) {
    if (!value)
        damaged("NULL");
    return *value;
}

Timestamp timeOf(std::int64_t seconds) {
    constexpr std::int64_t endOfYear9999 = 253'402'300'799; // four-digit years only (RFC 3339)
    if (seconds < 0 || seconds > endOfYear9999)
        damaged("not a valid time");
    return Timestamp(std::chrono::seconds(seconds));
}

Poco::Int64 secondsOf(Timestamp time) {
    return static_cast<Poco::Int64>(time.time_since_epoch().count());
}

} // namespace

Query::Query(Poco::Data::Session& session, const std::string& sql) : _statement(session) {
    _statement << sql;
}

Query& Query::with(const std::string& text) {
    if (text.find('\0') != std::string::npos)
        throw base::Error(base::ErrorCode::invalidRequest, "A text holds a NUL character.",
                          "a text to be stored holds a NUL character");
    _statement, bind(text);
    return *this;
}

Query& Query::with(std::int64_t number) {
    _statement, bind(static_cast<Poco::Int64>(number));
    return *this;
}

Query& Query::with(Timestamp time) {
    return with(static_cast<std::int64_t>(secondsOf(time)));
}

Query& Query::with(const std::optional<Timestamp>& time) {
    Poco::Nullable<Poco::Int64> seconds;
    if (time)
        seconds = secondsOf(*time);
    _statement, bind(seconds);
    return *this;
}

Query& Query::withBytes(const std::string& bytes) {
    // Poco binds without copying: the statement's BLOB shares the content and outlives the step.
    Poco::Nullable<Bytes> value;
    if (!bytes.empty())
        value = Bytes(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    _statement, bind(value);
    return *this;
}

Query& Query::ofRow(std::string table, std::function<std::string()> key) {
    _rows.push_back({std::move(table), std::move(key), _afterRow.size()});
    return *this;
}

template <class Raw>
Query& Query::column(Raw& raw, std::function<void()> finish) {
    _statement, Poco::Data::Keywords::into(raw);
    _afterRow.push_back(std::move(finish));
    return *this;
}

Query& Query::number(std::function<void(std::optional<std::int64_t>)> keep) {
    auto raw = std::make_shared<Poco::Nullable<std::string>>();
    return column(*raw, [raw, keep = std::move(keep)] {
        if (raw->isNull())
            return keep(std::nullopt);
        const auto value = base::parseNumber<std::int64_t>(raw->value());
        if (!value)
            damaged("not a whole number");
        keep(value);
    });
}

Query& Query::into(std::string& text) {
    return intoText([&text](std::string value) { text = std::move(value); });
}

Query& Query::into(std::int64_t& number) {
    return this->number([&number](std::optional<std::int64_t> value) { number = present(value); });
}

Query& Query::into(int& number) {
    return this->number([&number](std::optional<std::int64_t> value) {
        if (present(value) < std::numeric_limits<int>::min() || *value > std::numeric_limits<int>::max())
            damaged("a number out of range");
        number = static_cast<int>(*value);
    });
}

Query& Query::into(bool& flag) {
    return number([&flag](std::optional<std::int64_t> value) {
        if (present(value) != 0 && *value != 1)
            damaged("neither 0 nor 1");
        flag = *value == 1;
    });
}

Query& Query::into(Timestamp& time) {
    return number([&time](std::optional<std::int64_t> value) { time = timeOf(present(value)); });
}

Query& Query::into(std::optional<Timestamp>& time) {
    return number([&time](std::optional<std::int64_t> value) {
        time = value ? std::optional<Timestamp>(timeOf(*value)) : std::nullopt;
    });
}

Query& Query::intoBytes(std::string& bytes) {
    auto raw = std::make_shared<Bytes>();
    return column(*raw, [raw, &bytes] { bytes.assign(raw->begin(), raw->end()); });
}

Query& Query::intoText(std::function<void(std::string)> keep, bool mayBeNull) {
    auto raw = std::make_shared<Poco::Nullable<std::string>>();
    return column(*raw, [raw, mayBeNull, keep = std::move(keep)] {
        if (raw->isNull() && !mayBeNull)
            damaged("NULL");
        keep(raw->isNull() ? std::string() : raw->value());
    });
}

std::size_t Query::run() {
    return _statement.execute();
}

bool Query::next() {
    if (!_started) {
        _statement, limit(1);
        _started = true;
    }
    if (_statement.done() || _statement.execute() == 0)
        return false;
    for (std::size_t column = 0; column < _afterRow.size(); ++column) {
        try {
            _afterRow[column]();
        } catch (const base::Error& problem) {
            refuse(column, problem);
        }
    }
    return true;
}

void Query::refuse(std::size_t column, const base::Error& problem) const {
    std::string table = "unknown";
    std::string id = "unknown";
    for (const Row& row : _rows)
        if (row.firstColumn <= column) {
            table = row.table;
            id = row.firstColumn == column ? "unreadable" : row.key();
        }
    throw domain::DamagedRowError(table, id, _statement.metaColumn(column).name(), problem.what());
}

} // namespace central_oauth::store
