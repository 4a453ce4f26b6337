// SPDX-License-Identifier: Apache-2.0
// Structured log lines: one JSON object each.
//
// Module logging: JSON lines, redaction, per-request fields. Depends on base and Poco Foundation. Knows no
// HTTP and no settings; it is given a sink, a clock and a level.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/logging/Field.h"
#include "central_oauth/logging/LogSink.h"
#include "central_oauth/provider/Services.h"

#include <atomic>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::logging {

using provider::LogLevel;

class Logger;

/// A named way into a Logger; what every other class is given to log with, plugins included.
///
/// A light value that borrows its logger. Messages are constant texts; what varies goes into fields.
///
/// Threads: any. Errors: none, a line that can't be written is lost.
class Channel final : public provider::Log {
public:
    /// `name` as in "central_oauth.http" or "central_oauth.provider.jira".
    Channel(Logger& logger, std::string name) : _logger(&logger), _name(std::move(name)) {}

    void debug(std::string_view message, std::initializer_list<Field> fields = {}) const noexcept;
    void info(std::string_view message, std::initializer_list<Field> fields = {}) const noexcept;
    void warning(std::string_view message, std::initializer_list<Field> fields = {}) const noexcept;
    void error(std::string_view message, std::initializer_list<Field> fields = {}) const noexcept;

    /// Writes a line of level INFO whatever the minimum is: for the audit trail, which no setting silences.
    void always(std::string_view message, std::span<const Field> fields) const noexcept;

    /// The plugins' way in: every value is text.
    void write(LogLevel level, std::string_view message,
               const std::vector<provider::LogField>& fields) noexcept override;

    /// Whether a line of this level would be written; for fields that are dear to compute.
    [[nodiscard]] bool enabled(LogLevel level) const noexcept;

    [[nodiscard]] const std::string& name() const noexcept { return _name; }

private:
    Logger* _logger;
    std::string _name;
};

/// Turns a message with its fields into one JSON line and hands it to the sink.
///
/// A line holds time, level, channel, message, request_id (inside a RequestScope), the scope's fields and
/// the call's. A call's field replaces the scope's of the same name, but never the request id; a name of
/// the line's own gets an underscore behind it. Texts are redacted, cut at 2 KiB and escaped, so that no text
/// breaks a line or reaches a terminal as a control character.
///
/// Borrows sinks and clock; all outlive it, and it outlives its channels.
///
/// Threads: any. Errors: none, a line that can't be written is lost.
class Logger {
public:
    Logger(LogSink& sink, const base::Clock& clock, LogLevel minimum = LogLevel::info)
        : _sink(&sink), _clock(clock), _minimum(minimum) {}
    Logger(const Logger&) = delete;
    Logger& operator=(const Logger&) = delete;

    /// A channel that borrows this logger.
    [[nodiscard]] Channel channel(std::string name) { return Channel(*this, std::move(name)); }

    /// Writes one line, unless its level is below the minimum.
    void log(LogLevel level, std::string_view channel, std::string_view message,
             std::span<const Field> fields) noexcept;
    void log(LogLevel level, std::string_view channel, std::string_view message,
             std::initializer_list<Field> fields = {}) noexcept {
        log(level, channel, message, std::span<const Field>(fields.begin(), fields.size()));
    }

    /// Writes one line whatever the minimum is, as an audit line.
    void logAlways(LogLevel level, std::string_view channel, std::string_view message,
                   std::span<const Field> fields) noexcept;

    /// Lines go there from now on. The sink outlives the logger; so does the one before, because a line may
    /// be on its way there.
    void useSink(LogSink& sink) noexcept { _sink.store(&sink); }

    /// Lines below this level are dropped from now on.
    void setMinimum(LogLevel minimum) noexcept { _minimum.store(minimum, std::memory_order_relaxed); }
    [[nodiscard]] bool enabled(LogLevel level) const noexcept {
        return level >= _minimum.load(std::memory_order_relaxed);
    }

private:
    std::atomic<LogSink*> _sink;
    const base::Clock& _clock;
    std::atomic<LogLevel> _minimum;
};

inline bool Channel::enabled(LogLevel level) const noexcept {
    return _logger->enabled(level);
}

} // namespace central_oauth::logging
