// SPDX-License-Identifier: Apache-2.0
#include "Query.h"

#include "central_oauth/base/Error.h"

#include <memory>

#include <Poco/Data/LOB.h>
#include <Poco/Nullable.h>

namespace central_oauth::store {

namespace {

using Poco::Data::Keywords::bind;
using Poco::Data::Keywords::limit;

using Bytes = Poco::Data::BLOB;

Timestamp timeOf(std::int64_t seconds) {
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
    // Poco binds without a copy: the statement's copy of the BLOB shares the content and outlives the step.
    Poco::Nullable<Bytes> value;
    if (!bytes.empty())
        value = Bytes(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    _statement, bind(value);
    return *this;
}

Query& Query::into(std::string& text) {
    _statement, Poco::Data::Keywords::into(text);
    return *this;
}

Query& Query::into(std::int64_t& number) {
    auto raw = std::make_shared<Poco::Int64>(0);
    _statement, Poco::Data::Keywords::into(*raw);
    _afterRow.emplace_back([raw, &number] { number = *raw; });
    return *this;
}

Query& Query::into(int& number) {
    _statement, Poco::Data::Keywords::into(number);
    return *this;
}

Query& Query::into(bool& flag) {
    auto raw = std::make_shared<int>(0);
    _statement, Poco::Data::Keywords::into(*raw);
    _afterRow.emplace_back([raw, &flag] { flag = *raw != 0; });
    return *this;
}

Query& Query::into(Timestamp& time) {
    auto raw = std::make_shared<Poco::Int64>(0);
    _statement, Poco::Data::Keywords::into(*raw);
    _afterRow.emplace_back([raw, &time] { time = timeOf(*raw); });
    return *this;
}

Query& Query::into(std::optional<Timestamp>& time) {
    auto raw = std::make_shared<Poco::Nullable<Poco::Int64>>();
    _statement, Poco::Data::Keywords::into(*raw);
    _afterRow.emplace_back([raw, &time] {
        time = raw->isNull() ? std::nullopt : std::optional<Timestamp>(timeOf(raw->value()));
    });
    return *this;
}

Query& Query::intoBytes(std::string& bytes) {
    auto raw = std::make_shared<Bytes>();
    _statement, Poco::Data::Keywords::into(*raw);
    _afterRow.emplace_back([raw, &bytes] { bytes.assign(raw->begin(), raw->end()); });
    return *this;
}

Query& Query::intoText(std::function<void(std::string)> keep) {
    auto raw = std::make_shared<std::string>();
    _statement, Poco::Data::Keywords::into(*raw);
    _afterRow.emplace_back([raw, keep = std::move(keep)] { keep(std::move(*raw)); });
    return *this;
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
    for (const auto& finish : _afterRow)
        finish();
    return true;
}

} // namespace central_oauth::store
