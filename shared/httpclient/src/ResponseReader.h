// SPDX-License-Identifier: Apache-2.0
// Reads one whole HTTP/1.1 answer from a connection.
#pragma once

#include "DeadlineConnection.h"
#include "central_oauth/provider/Secret.h"

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace central_oauth::httpclient {

/// Status line and header fields. Names are in lower case; the last of several equal names counts.
struct ResponseHead {
    int status = 0;
    std::map<std::string, std::string> headers;
    std::optional<std::size_t> contentLength;
    bool chunked = false;
};

/// Poco's own message reader is not used: version 1.11 refuses values above 8 KiB, which a content security
/// policy may have, turns RFC 2047 words into CR LF, and accepts a truncated body as complete.
///
/// Borrows the connection. Not thread-safe.
///
/// Errors: Poco::Net::MessageException with a fixed text for an answer that breaks RFC 9112 or a limit;
/// exceptions of the connection.
class ResponseReader {
public:
    static constexpr std::size_t maximumBody = std::size_t{256} * 1024;
    static constexpr std::size_t maximumHead = std::size_t{64} * 1024;
    static constexpr std::size_t maximumFields = 128;

    explicit ResponseReader(DeadlineConnection& connection) : _connection(connection) {}
    ResponseReader(const ResponseReader&) = delete;
    ResponseReader& operator=(const ResponseReader&) = delete;
    ~ResponseReader();

    /// Returns the head of the final answer. Skips interim ones (RFC 9110 section 15.2).
    [[nodiscard]] ResponseHead readHead();

    /// Returns the whole body (RFC 9112 section 6.3).
    [[nodiscard]] provider::Secret readBody(const ResponseHead& head);

    /// Returns whether unread bytes have already arrived.
    [[nodiscard]] bool hasUnreadBytes() const noexcept { return _next < _end; }

private:
    [[nodiscard]] ResponseHead readOneHead();
    [[nodiscard]] bool fill();
    [[nodiscard]] std::string readLine(std::size_t limit);
    void readExactly(std::string& body, std::size_t count);
    void readChunks(std::string& body);
    void readToEnd(std::string& body);

    DeadlineConnection& _connection;
    std::array<char, std::size_t{16} * 1024> _buffer{};
    std::size_t _next = 0;
    std::size_t _end = 0;
};

} // namespace central_oauth::httpclient
