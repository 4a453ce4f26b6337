// SPDX-License-Identifier: Apache-2.0
// Reads one request at a time from a connection's bytes, strictly (RFC 9112), before anybody believes them.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/http/Headers.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::http {

/// Bytes and counts above which a request is refused.
struct GuardLimits {
    std::size_t requestLine = std::size_t{8} * 1024; ///< without its line end; above: 414
    std::size_t head = std::size_t{16} * 1024;       ///< request line, fields and line ends; above: 431
    std::size_t fields = 64;                         ///< above: 431
    std::size_t fieldName = 256;                     ///< above: 431
    std::size_t fieldValue = std::size_t{8} * 1024;  ///< above: 431
    std::size_t body = std::size_t{16} * 1024;       ///< decoded; above: 413
    std::size_t chunkLine = 256;                     ///< size, extensions, line end; above: 400
};

/// Why a request is refused; the connection ends with the answer.
struct Refusal {
    int status = 400;
    base::ErrorCode code = base::ErrorCode::invalidRequest;
    std::string hint; ///< for the sender: what is wrong and how to fix it; nothing of what was sent
};

/// One whole request in its plainest form.
struct GuardedRequest {
    /// Request line, fields, empty line, body, and not a byte more. Fields are as sent but for their optional
    /// white space, without Expect, Connection, Keep-Alive, Transfer-Encoding and trailers; a chunked body
    /// stands there decoded, with its Content-Length (RFC 9112 section 7.1.3).
    std::string text;
    bool keepAlive = true; ///< the sender may send another request (RFC 9112 section 9.3)
};

/// The state of one connection's reading.
///
/// A value without input or output: the owner of the connection feeds it. Every byte is looked at once, so
/// that a request takes the same work in one piece and byte by byte, and has the same verdict.
///
/// Threads: one at a time. Errors: std::bad_alloc only; a bad request is a state.
class RequestGuard {
public:
    enum class State {
        idle,     ///< no byte of a request yet
        head,     ///< within request line or fields
        body,     ///< the head is valid, its body is not whole
        complete, ///< `take` it
        refused,  ///< `refusal` says why; nothing more is read from this connection
    };

    explicit RequestGuard(GuardLimits limits = {});

    /// Takes bytes up to the end of a request, or all; returns how many. What is left belongs to the next
    /// request. Takes none when complete or refused.
    std::size_t feed(std::string_view bytes);

    [[nodiscard]] State state() const noexcept { return _state; }

    /// Requires: refused.
    [[nodiscard]] const Refusal& refusal() const noexcept { return _refusal; }

    /// Whether the sender waits for 100 (Continue) before it sends the body (RFC 9110 section 10.1.1); true
    /// once per request.
    [[nodiscard]] bool takeContinue() noexcept;

    /// The request; the state is idle afterwards. Requires: complete.
    [[nodiscard]] GuardedRequest take();

private:
    enum class Phase { requestLine, fields, content, chunkSize, chunkData, chunkEnd, trailers };
    enum class Coding { none, chunked, unknown };

    // What the head has said so far.
    struct Facts {
        std::size_t bytes = 0;  // of the head and, later, the trailers
        std::size_t fields = 0; // likewise
        bool isOld = false;     // HTTP/1.0
        bool hasHost = false;
        bool hasLength = false;
        std::size_t length = 0;
        Coding coding = Coding::none;
        bool closes = false;
        bool staysOpen = false;
        bool expectsContinue = false;
        bool expectsUnknown = false;
    };

    void step(std::string_view& rest);
    [[nodiscard]] std::optional<std::string_view> nextLine(std::string_view& rest, std::size_t room);
    void readRequestLine(std::string_view& rest);
    void beginHead(std::string_view line, std::size_t expected);
    void readField(std::string_view& rest);
    void judgeField(std::string_view line);
    void noteField(std::string_view name, std::string_view value);
    [[nodiscard]] bool noteHost(std::string_view value);
    void noteLength(std::string_view value);
    void noteCoding(std::string_view value);
    void endHead();
    void writeLength(std::size_t length);
    void readContent(std::string_view& rest, std::string& target);
    void readChunkSize(std::string_view& rest);
    void readChunkEnd(std::string_view& rest);
    void endChunks();
    void refuse(int status, std::string_view hint);
    void wipe() noexcept;

    GuardLimits _limits;
    State _state = State::idle;
    Phase _phase = Phase::requestLine;
    bool _skippedLine = false;   // the one empty line before a request
    bool _sendsContinue = false; // takeContinue's answer
    bool _hasChunkCr = false;    // the first half of a chunk's line end
    std::size_t _left = 0;       // of the body, or of this chunk
    Facts _facts;
    std::string _line; // the beginning of a line whose end has not come
    std::string _text; // what `take` gives
    std::string _body; // the chunks so far
    Refusal _refusal;
};

} // namespace central_oauth::http
