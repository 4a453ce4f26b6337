// SPDX-License-Identifier: Apache-2.0
// Reads one HTTP/1.1 answer from a connection, whole or not at all.
#pragma once

#include "DeadlineConnection.h"
#include "central_oauth/provider/Secret.h"

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace central_oauth::httpclient {

/// Status line and header fields; names in lower case, of repeated ones the last.
struct ResponseHead {
    int status = 0;
    std::map<std::string, std::string> headers;
    std::optional<std::size_t> contentLength;
    bool chunked = false;
};

/// Poco's own message reader is not used here: 1.11 refuses values above 8 KiB, which a content security
/// policy reaches, turns RFC 2047 words into CR LF, and takes a body that ends early for a whole one.
///
/// Borrows the connection. Threads: one.
///
/// Errors: Poco::Net::MessageException with a fixed text for an answer that breaks RFC 9112 or a limit;
/// whatever the connection throws.
class ResponseReader {
public:
    static constexpr std::size_t maximumBody = 256 * 1024;
    static constexpr std::size_t maximumHead = 64 * 1024;
    static constexpr std::size_t maximumFields = 128;

    explicit ResponseReader(DeadlineConnection& connection) : _connection(connection) {}
    ResponseReader(const ResponseReader&) = delete;
    ResponseReader& operator=(const ResponseReader&) = delete;
    ~ResponseReader();

    /// The head of the final answer; interim ones (RFC 9110 section 15.2) are skipped.
    [[nodiscard]] ResponseHead readHead();

    /// The whole body (RFC 9112 section 6.3).
    [[nodiscard]] provider::Secret readBody(const ResponseHead& head);

    /// Whether bytes behind what was read have arrived already.
    [[nodiscard]] bool hasUnreadBytes() const noexcept { return _next < _end; }

private:
    [[nodiscard]] ResponseHead readOneHead();
    [[nodiscard]] bool fill();
    [[nodiscard]] std::string readLine(std::size_t limit);
    void readExactly(std::string& body, std::size_t count);
    void readChunks(std::string& body);
    void readToEnd(std::string& body);

    DeadlineConnection& _connection;
    std::array<char, 16 * 1024> _buffer{};
    std::size_t _next = 0;
    std::size_t _end = 0;
};

} // namespace central_oauth::httpclient
