// SPDX-License-Identifier: Apache-2.0
// One SQL statement on a Poco session, with this module's value types.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/StrongId.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

namespace central_oauth::store {

using base::Timestamp;

/// A statement with `?` parameters: `with` gives them values in order, `into` names where the columns go, in
/// order.
///
/// Borrows the session and every `into` target; copies what it is given `with`. Used once.
///
/// Threads: that of the session. Errors: Poco::Exception, base::Error(invalidRequest) for a text with a NUL,
/// which SQLite would store and then cut at the next reading.
class Query {
public:
    Query(Poco::Data::Session& session, const std::string& sql);
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    Query& with(const std::string& text);
    Query& with(std::int64_t number);
    Query& with(Timestamp time);
    Query& with(const std::optional<Timestamp>& time);
    template <class Tag>
    Query& with(const base::StrongId<Tag>& id) {
        return with(id.value());
    }

    /// Raw bytes; none become NULL.
    Query& withBytes(const std::string& bytes);

    Query& into(std::string& text);
    Query& into(std::int64_t& number);
    Query& into(int& number);
    Query& into(bool& flag);
    Query& into(Timestamp& time);
    Query& into(std::optional<Timestamp>& time);
    template <class Tag>
    Query& into(base::StrongId<Tag>& id) {
        return intoText([&id](std::string text) { id = base::StrongId<Tag>(std::move(text)); });
    }

    /// Raw bytes; NULL becomes none.
    Query& intoBytes(std::string& bytes);

    /// A text column that is kept in another form.
    Query& intoText(std::function<void(std::string)> keep);

    /// Executes a statement that returns no rows; how many rows it changed.
    std::size_t run();

    /// Fetches the next row into the targets. False: there is none.
    [[nodiscard]] bool next();

private:
    Poco::Data::Statement _statement;
    std::vector<std::function<void()>> _afterRow;
    bool _started = false;
};

} // namespace central_oauth::store
