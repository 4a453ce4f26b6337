// SPDX-License-Identifier: Apache-2.0
// The destination of finished log lines.
#pragma once

#include <mutex>
#include <ostream>
#include <string_view>

namespace central_oauth::logging {

/// Accepts whole lines, each with its final newline.
///
/// Thread-safe; lines are never mixed.
class LogSink {
public:
    virtual ~LogSink() = default;

    /// Writes one line, or several; each ends with a line end. What can't be written is lost.
    virtual void write(std::string_view line) = 0;

    /// As write, for an audit line. If lines must be dropped, audit lines are dropped last.
    virtual void writeAudit(std::string_view line) { write(line); }
};

/// The process's standard output, without a buffer. Blocks while the reader accepts nothing. A line of at
/// most 4096 bytes is never truncated, even if the process ends.
class StdoutSink final : public LogSink {
public:
    void write(std::string_view line) override;

private:
    std::mutex _mutex; ///< guards standard output
};

/// A given stream.
///
/// The stream must outlive the sink, and no other code may use it meanwhile.
class StreamSink final : public LogSink {
public:
    explicit StreamSink(std::ostream& stream) : _stream(stream) {}
    void write(std::string_view line) override;

private:
    std::mutex _mutex; ///< guards _stream
    std::ostream& _stream;
};

} // namespace central_oauth::logging
