// SPDX-License-Identifier: Apache-2.0
// Structured log lines, one JSON object each.
//
// Module logging: JSON lines, redaction, per-request fields. Knows no HTTP and no settings; gets a sink, a
// clock and a level.
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

/// A named access to a Logger, for all classes and plugins that log.
///
/// A light value that borrows its logger. Messages are constant texts; variable parts are fields.
///
/// Thread-safe.
/// Throws nothing; a line that can't be written is lost.
class Channel final : public provider::Log {
public:
    /// `name` is a text such as "central_oauth.http" or "central_oauth.provider.jira".
    Channel(Logger& logger, std::string name) : _logger(&logger), _name(std::move(name)) {}

    void debug(std::string_view message, std::initializer_list<Field> fields = {}) const noexcept;
    void info(std::string_view message, std::initializer_list<Field> fields = {}) const noexcept;
    void warning(std::string_view message, std::initializer_list<Field> fields = {}) const noexcept;
    void error(std::string_view message, std::initializer_list<Field> fields = {}) const noexcept;

    /// Writes a line of level INFO regardless of the minimum: no setting disables the audit trail.
    void always(std::string_view message, std::span<const Field> fields) const noexcept;

    /// For plugins: every value is text.
    void write(LogLevel level, std::string_view message,
               const std::vector<provider::LogField>& fields) noexcept override;

    /// Returns whether a line of this level would be written. Avoids the cost of unused fields.
    [[nodiscard]] bool enabled(LogLevel level) const noexcept;

    [[nodiscard]] const std::string& name() const noexcept { return _name; }

private:
    Logger* _logger;
    std::string _name;
};

/// Formats a message with its fields as one JSON line and passes it to the sink.
///
/// A line holds time, level, channel, message, request_id (inside a RequestScope), the fields of the scope
/// and those of the call. A call's field replaces the scope's field of the same name, but never the request
/// id. A field with a reserved name gets a trailing underscore. Texts are redacted, truncated to 2 KiB and
/// escaped, so that no text breaks a line or sends a control character to a terminal.
///
/// Borrows sinks and clock; they must outlive it. Must outlive its channels.
///
/// Thread-safe.
/// Throws nothing; a line that can't be written is lost.
class Logger {
public:
    Logger(LogSink& sink, const base::Clock& clock, LogLevel minimum = LogLevel::info)
        : _sink(&sink), _clock(clock), _minimum(minimum) {}
    Logger(const Logger&) = delete;
    Logger& operator=(const Logger&) = delete;

    /// Returns a channel that borrows this logger.
    [[nodiscard]] Channel channel(std::string name) { return Channel(*this, std::move(name)); }

    /// Writes one line unless its level is below the minimum.
    void log(LogLevel level, std::string_view channel, std::string_view message,
             std::span<const Field> fields) noexcept;
    void log(LogLevel level, std::string_view channel, std::string_view message,
             std::initializer_list<Field> fields = {}) noexcept {
        log(level, channel, message, std::span<const Field>(fields.begin(), fields.size()));
    }

    /// Writes one audit line, regardless of the minimum.
    void logAlways(LogLevel level, std::string_view channel, std::string_view message,
                   std::span<const Field> fields) noexcept;

    /// Sends later lines to `sink`, which must outlive the logger. The previous sink must outlive it, too,
    /// because a line may still be on its way there.
    void useSink(LogSink& sink) noexcept { _sink.store(&sink); }

    /// Drops later lines below this level.
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
