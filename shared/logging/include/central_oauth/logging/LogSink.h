// SPDX-License-Identifier: Apache-2.0
// Where finished log lines go.
#pragma once

#include <mutex>
#include <ostream>
#include <string_view>

namespace central_oauth::logging {

/// Takes whole lines, each with its final newline.
///
/// Threads: any, several at once; a line is never mixed with another.
class LogSink {
public:
    virtual ~LogSink() = default;

    /// Writes one line through to its destination. A line that can't be written is lost.
    virtual void write(std::string_view line) = 0;

    /// The same for a line of the audit trail, which is dropped last where lines have to be dropped.
    virtual void writeAudit(std::string_view line) { write(line); }
};

/// The process's standard output, without a buffer. Blocks while its reader takes nothing. A line of at most
/// 4096 bytes is never cut, also where the process ends meanwhile.
class StdoutSink final : public LogSink {
public:
    void write(std::string_view line) override;

private:
    std::mutex _mutex; ///< guards standard output
};

/// A stream of the caller's.
///
/// The stream outlives the sink, and nobody else uses it meanwhile.
class StreamSink final : public LogSink {
public:
    explicit StreamSink(std::ostream& stream) : _stream(stream) {}
    void write(std::string_view line) override;

private:
    std::mutex _mutex; ///< guards _stream
    std::ostream& _stream;
};

} // namespace central_oauth::logging
