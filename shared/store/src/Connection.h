// SPDX-License-Identifier: Apache-2.0
// A connection to a SQLite file, and the statements that it has prepared.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <Poco/Data/Session.h>

struct sqlite3;
struct sqlite3_stmt;

namespace central_oauth::store {

/// How long a statement waits for the file's lock. Only this process writes, so the time covers a
/// checkpoint during opening, and an operator's own sqlite3.
inline constexpr std::chrono::milliseconds busyTimeout{5000};

/// Finalizes a statement.
struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const noexcept;
};
using PreparedStatement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// The statement of one SQL text that a connection keeps.
struct KeptStatement {
    PreparedStatement statement; ///< null while a query uses it
    int users = 0;               ///< queries of this text that live
};

/// A Poco session on one SQLite file. Poco prepares a statement anew for each execution, so a connection
/// keeps its own prepared statements, at most `mostKept`: preparing one costs more than running it.
///
/// Not thread-safe; one thread at a time uses a connection.
///
/// Errors: Poco::Data::SQLite::SQLiteException.
class Connection {
public:
    static constexpr std::size_t mostKept = 256;

    /// Opens a SQLite URI with this module's lock timeout. The first call registers Poco's connector.
    explicit Connection(const std::string& uri);
    ~Connection() = default;
    Connection(Connection&&) = default;
    Connection& operator=(Connection&&) = delete; // would close the session before its statements

    /// A prepared statement in use, and its place among the kept ones.
    struct Lease {
        PreparedStatement statement;
        KeptStatement* place;
    };

    /// Returns a prepared statement that no query uses. The caller gives it back with `keep`. If there is no
    /// room for another text, drops all statements that no query uses.
    /// Throws: std::logic_error unless the text is one statement, with nothing behind its end.
    [[nodiscard]] Lease prepare(std::string_view sql);

    /// Keeps a statement for the next query of the same SQL. Resets it first, and drops the bound values.
    void keep(Lease lease) noexcept;

    /// Runs a script of any number of statements without parameters.
    void runScript(const std::string& script);

    [[nodiscard]] sqlite3* handle() const noexcept { return _handle; }

    /// Throws the exception of a SQLite result code, with the connection's message.
    [[noreturn]] void fail(int code) const;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>()(text);
        }
    };

    Poco::Data::Session _session;
    sqlite3* _handle; ///< of the session
    [[nodiscard]] KeptStatement& placeOf(std::string_view sql);

    /// By SQL. Declared last: a session does not close before its statements.
    std::unordered_map<std::string, KeptStatement, Hash, std::equal_to<>> _kept;
};

/// Sets a pragma and reads it back. Throws: base::Error(storeUnavailable) if it reads another value.
void setPragma(Connection& connection, const std::string& name, const std::string& value);

} // namespace central_oauth::store
