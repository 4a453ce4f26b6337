// SPDX-License-Identifier: Apache-2.0
// Assembles lines from bytes, and a request from lines.
//
// The verdict depends only on the bytes, never on the pieces in which they arrive: a line is judged when its
// end arrives, or at the first byte with which it no longer fits.
#include "central_oauth/http/RequestGuard.h"

#include "GuardRules.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/base/Wipe.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace central_oauth::http {

namespace {

// Enough for an ordinary head. A longer one grows as it arrives, so that no sender can reserve more than it
// sends.
constexpr std::size_t usualText = 1024;

constexpr std::string_view lineEndHint = "End every line with CR LF.";
constexpr std::string_view headHint = "Send fewer or shorter header fields.";
constexpr std::string_view bodyHint = "Send a shorter body.";

base::ErrorCode codeOf(int status) noexcept {
    if (status == 413)
        return base::ErrorCode::payloadTooLarge;
    return status == 501 ? base::ErrorCode::notImplemented : base::ErrorCode::invalidRequest;
}

// Removes the CR of a line that ended with LF. Returns false if there is none.
bool cutCr(std::string_view& line) noexcept {
    if (line.empty() || line.back() != '\r')
        return false;
    line.remove_suffix(1);
    return true;
}

} // namespace

RequestGuard::RequestGuard(GuardLimits limits) : _limits(limits) {}

std::size_t RequestGuard::feed(std::string_view bytes) {
    auto rest = bytes;
    while (!rest.empty() && _state != State::complete && _state != State::refused)
        step(rest);
    return bytes.size() - rest.size();
}

bool RequestGuard::takeContinue() noexcept {
    return std::exchange(_sendsContinue, false);
}

GuardedRequest RequestGuard::take() {
    // RFC 9112 section 9.3.
    const bool keepAlive = !_facts.closes && (!_facts.isOld || _facts.staysOpen);
    GuardedRequest request{std::move(_text), keepAlive};
    wipe();
    *this = RequestGuard(_limits);
    return request;
}

// Processes one line or one piece of the body.
void RequestGuard::step(std::string_view& rest) {
    if (_state == State::body)
        _sendsContinue = false;
    switch (_phase) {
    case Phase::requestLine:
        return readRequestLine(rest);
    case Phase::fields:
    case Phase::trailers:
        return readField(rest);
    case Phase::content:
        return readContent(rest, _text);
    case Phase::chunkSize:
        return readChunkSize(rest);
    case Phase::chunkData:
        return readContent(rest, _body);
    case Phase::chunkEnd:
        return readChunkEnd(rest);
    }
}

// Returns the next line without its LF, valid until _line changes. Returns nullopt if its end has not
// arrived; the part that has arrived, at most `room` bytes, is kept.
std::optional<std::string_view> RequestGuard::nextLine(std::string_view& rest, std::size_t room) {
    const auto window = rest.substr(0, room - std::min(room, _line.size()));
    const auto end = window.find('\n');
    auto line = window.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? window.size() : end + 1);
    if (end == std::string_view::npos) {
        _line.append(line);
        return std::nullopt;
    }
    if (!_line.empty())
        line = _line.append(line);
    return line;
}

void RequestGuard::readRequestLine(std::string_view& rest) {
    // One more byte must be the CR; only then may the LF follow.
    const auto longest = _limits.requestLine;
    const auto room = std::min(_limits.head, longest + (_line.size() > longest ? 2 : 1));
    auto line = nextLine(rest, room);
    if (!line) {
        if (_line.size() > longest + 1 || (_line.size() > longest && _line.back() != '\r'))
            return refuse(414, "Shorten the request's target.");
        if (_line.size() >= _limits.head)
            return refuse(431, headHint);
        // A CR may belong to an empty line before the request.
        if (_line != "\r")
            _state = State::head;
        return;
    }
    if (!cutCr(*line))
        return refuse(400, lineEndHint);
    if (line->empty()) {
        // RFC 9112 section 2.2 allows one; more are no mistake of an old client.
        if (std::exchange(_skippedLine, true))
            return refuse(400, "Begin with the request line, not with empty lines.");
        _line.clear();
        return;
    }
    beginHead(*line, rest.size());
}

void RequestGuard::beginHead(std::string_view line, std::size_t expected) {
    RequestLine parts;
    if (const auto fault = parseRequestLine(line, parts))
        return refuse(fault->status, fault->hint);
    _facts.isOld = parts.version == "HTTP/1.0";
    _facts.bytes = line.size() + 2;
    _text.reserve(std::max(_facts.bytes, std::min(_facts.bytes + expected, usualText)));
    _text.append(line).append("\r\n");
    _line.clear();
    _state = State::head;
    _phase = Phase::fields;
}

void RequestGuard::readField(std::string_view& rest) {
    const auto room = _limits.head - _facts.bytes;
    auto line = nextLine(rest, room);
    if (!line) {
        if (_line.size() >= room)
            refuse(431, headHint);
        return;
    }
    _facts.bytes += line->size() + 1;
    if (!cutCr(*line))
        return refuse(400, lineEndHint);
    if (!line->empty())
        judgeField(*line);
    else if (_phase == Phase::trailers)
        endChunks();
    else
        endHead();
    _line.clear();
}

void RequestGuard::judgeField(std::string_view line) {
    if (++_facts.fields > _limits.fields)
        return refuse(431, headHint);
    FieldLine parts;
    if (const auto fault = parseField(line, _limits, parts))
        return refuse(fault->status, fault->hint);
    if (_phase == Phase::fields)
        noteField(parts.name, parts.value);
}

// Stores a field, or its meaning.
void RequestGuard::noteField(std::string_view name, std::string_view value) {
    switch (guardedField(name)) {
    case GuardedField::host:
        if (!noteHost(value))
            return;
        break;
    case GuardedField::contentLength:
        return noteLength(value);
    case GuardedField::transferEncoding:
        return noteCoding(value);
    case GuardedField::expect:
        (base::equalsIgnoringCase(value, "100-continue") ? _facts.expectsContinue : _facts.expectsUnknown) =
            true;
        return;
    case GuardedField::connection:
        _facts.closes = _facts.closes || listHas(value, "close");
        _facts.staysOpen = _facts.staysOpen || listHas(value, "keep-alive");
        return;
    case GuardedField::dropped:
        return;
    case GuardedField::other:
        break;
    }
    _text.append(name).append(": ").append(value).append("\r\n");
}

// Returns false if the request was refused.
bool RequestGuard::noteHost(std::string_view value) {
    if (std::exchange(_facts.hasHost, true))
        refuse(400, "Send exactly one Host header.");
    else if (!isHostValue(value))
        refuse(400, "Send the host's name or address and its port, nothing else, as Host header.");
    return _state != State::refused;
}

void RequestGuard::noteLength(std::string_view value) {
    if (std::exchange(_facts.hasLength, true))
        return refuse(400, "Send exactly one Content-Length header.");
    if (_facts.coding != Coding::none)
        return refuse(400, "Send either Content-Length or Transfer-Encoding.");
    const auto length = parseContentLength(value);
    if (!length)
        return refuse(400, "Send the body's number of bytes, in digits, as Content-Length.");
    _facts.length = *length;
}

void RequestGuard::noteCoding(std::string_view value) {
    if (_facts.isOld)
        return refuse(400, "Send Content-Length, or speak HTTP/1.1 to use Transfer-Encoding.");
    if (_facts.hasLength)
        return refuse(400, "Send either Content-Length or Transfer-Encoding.");
    if (_facts.coding != Coding::none)
        return refuse(400, "Send exactly one Transfer-Encoding header.");
    if (!isCodingList(value))
        return refuse(400, "Send chunked, once and nothing after it, as Transfer-Encoding.");
    _facts.coding = base::equalsIgnoringCase(value, "chunked") ? Coding::chunked : Coding::unknown;
}

// Checks the complete head, and decides how the body is read (RFC 9112 section 6.3).
void RequestGuard::endHead() {
    if (!_facts.hasHost && !_facts.isOld)
        return refuse(400, "Send exactly one Host header.");
    if (_facts.coding == Coding::unknown)
        return refuse(501, "Send chunked, and no other coding, as Transfer-Encoding.");
    if (_facts.length > _limits.body)
        return refuse(413, bodyHint);
    // RFC 9110 section 10.1.1.
    if (_facts.expectsUnknown && !_facts.isOld)
        return refuse(417, "Send no expectation other than 100-continue.");
    if (_facts.coding == Coding::chunked) {
        _phase = Phase::chunkSize;
        _state = State::body;
    } else {
        if (_facts.hasLength)
            writeLength(_facts.length);
        _text.append("\r\n");
        _phase = Phase::content;
        _left = _facts.length;
        _state = _left == 0 ? State::complete : State::body;
    }
    _sendsContinue = _facts.expectsContinue && !_facts.isOld && _state == State::body;
}

void RequestGuard::writeLength(std::size_t length) {
    std::array<char, 24> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), length);
    const std::string_view number(digits.data(), static_cast<std::size_t>(result.ptr - digits.data()));
    _text.append("Content-Length: ").append(number).append("\r\n");
}

void RequestGuard::readContent(std::string_view& rest, std::string& target) {
    const auto run = rest.substr(0, _left);
    target.append(run);
    rest.remove_prefix(run.size());
    _left -= run.size();
    if (_left > 0)
        return;
    if (_phase == Phase::chunkData)
        _phase = Phase::chunkEnd;
    else
        _state = State::complete;
}

void RequestGuard::readChunkSize(std::string_view& rest) {
    auto line = nextLine(rest, _limits.chunkLine);
    if (!line) {
        if (_line.size() >= _limits.chunkLine)
            refuse(400, "Shorten the extensions of a chunk.");
        return;
    }
    if (!cutCr(*line))
        return refuse(400, lineEndHint);
    const auto size = parseChunkSize(*line);
    if (!size)
        return refuse(400, "Begin every chunk with its size, one to eight hexadecimal digits.");
    if (*size > _limits.body - _body.size())
        return refuse(413, bodyHint);
    _line.clear();
    _left = *size;
    _phase = *size == 0 ? Phase::trailers : Phase::chunkData;
}

void RequestGuard::readChunkEnd(std::string_view& rest) {
    const char wanted = _hasChunkCr ? '\n' : '\r';
    if (rest.front() != wanted)
        return refuse(400, "End every chunk, after as many bytes as its size says, with CR LF.");
    rest.remove_prefix(1);
    _hasChunkCr = !_hasChunkCr;
    if (!_hasChunkCr)
        _phase = Phase::chunkSize;
}

// RFC 9112 section 7.1.3.
void RequestGuard::endChunks() {
    writeLength(_body.size());
    _text.append("\r\n").append(_body);
    base::wipe(_body);
    _state = State::complete;
}

// Frees memory, because a refused connection may linger. Views of _line become invalid.
void RequestGuard::refuse(int status, std::string_view hint) {
    _refusal = {status, codeOf(status), std::string(hint)};
    _state = State::refused;
    _sendsContinue = false;
    wipe();
}

// Fields hold credentials, bodies secrets; assigning an empty text would keep the memory with its characters.
void RequestGuard::wipe() noexcept {
    base::wipe(_line);
    base::wipe(_text);
    base::wipe(_body);
}

} // namespace central_oauth::http
