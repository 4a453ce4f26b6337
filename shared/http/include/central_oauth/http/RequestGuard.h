// SPDX-License-Identifier: Apache-2.0
// A strict parser for requests (RFC 9112). No other code reads a connection's bytes before it.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/http/Headers.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::http {

/// Limits in bytes and counts; beyond them a request is refused.
struct GuardLimits {
    std::size_t requestLine = std::size_t{8} * 1024; ///< without its line end; above: 414
    std::size_t head = std::size_t{16} * 1024;       ///< request line, fields and line ends; above: 431
    std::size_t fields = 64;                         ///< above: 431
    std::size_t fieldName = 256;                     ///< above: 431
    std::size_t fieldValue = std::size_t{8} * 1024;  ///< above: 431
    std::size_t body = std::size_t{16} * 1024;       ///< decoded; above: 413
    std::size_t chunkLine = 256;                     ///< size, extensions, line end; above: 400
};

/// Why a request is refused. The connection closes after the answer.
struct Refusal {
    int status = 400;
    base::ErrorCode code = base::ErrorCode::invalidRequest;
    std::string hint; ///< for the sender: what is wrong and how to fix it; quotes nothing of the request
};

/// A complete request in its plainest form.
struct GuardedRequest {
    /// Request line, fields, empty line and body, and no byte more. Fields are as sent, without optional
    /// white space. Expect, Connection, Keep-Alive, Transfer-Encoding and trailers are removed. A chunked
    /// body is decoded and has a Content-Length (RFC 9112 section 7.1.3).
    std::string text;
    bool keepAlive = true; ///< the sender may send another request (RFC 9112 section 9.3)
};

/// The parser state of one connection.
///
/// A value without input or output: the connection's owner feeds it. It examines every byte once, so the size
/// of the pieces changes neither its work nor its verdict.
///
/// Not thread-safe. Errors: std::bad_alloc only; a bad request is a state.
class RequestGuard {
public:
    enum class State {
        idle,     ///< no byte of a request yet
        head,     ///< within request line or fields
        body,     ///< the head is valid, the body is incomplete
        complete, ///< call `take`
        refused,  ///< `refusal` gives the reason; nothing more is read from this connection
    };

    explicit RequestGuard(GuardLimits limits = {});

    /// Consumes bytes up to the end of a request, or all of them. Returns how many; the rest belongs to the
    /// next request. Consumes none if complete or refused.
    std::size_t feed(std::string_view bytes);

    [[nodiscard]] State state() const noexcept { return _state; }

    /// Requires: refused.
    [[nodiscard]] const Refusal& refusal() const noexcept { return _refusal; }

    /// Returns whether the sender waits for 100 (Continue) before it sends the body (RFC 9110 section
    /// 10.1.1). Returns true once per request.
    [[nodiscard]] bool takeContinue() noexcept;

    /// Returns the request and sets the state to idle. Requires: complete.
    [[nodiscard]] GuardedRequest take();

private:
    enum class Phase { requestLine, fields, content, chunkSize, chunkData, chunkEnd, trailers };
    enum class Coding { none, chunked, unknown };

    // The facts in the part of the head that has arrived.
    struct Facts {
        std::size_t bytes = 0;  // of the head and then of the trailers
        std::size_t fields = 0; // of the head and then of the trailers
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
    bool _skippedLine = false;   // has seen the one empty line that is allowed before a request
    bool _sendsContinue = false; // the result of the next takeContinue
    bool _hasChunkCr = false;    // has seen the CR of a chunk's line end
    std::size_t _left = 0;       // bytes left of the body or of this chunk
    Facts _facts;
    std::string _line; // the start of an incomplete line
    std::string _text; // the result of the next `take`
    std::string _body; // the chunks received
    Refusal _refusal;
};

} // namespace central_oauth::http
