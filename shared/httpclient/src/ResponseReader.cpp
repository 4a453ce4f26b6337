// SPDX-License-Identifier: Apache-2.0
// A strict reader of RFC 9112 responses.
#include "ResponseReader.h"

#include "central_oauth/base/Text.h"

#include <algorithm>

#include <Poco/Net/NetException.h>
#include <Poco/String.h>

namespace central_oauth::httpclient {

namespace {

constexpr int maximumInterimAnswers = 8;

[[noreturn]] void refuse(const char* why) {
    throw Poco::Net::MessageException(why);
}

bool digitsOnly(const std::string& text, std::size_t maximum) {
    return text.size() <= maximum && base::isNumber(text);
}

int statusOf(const std::string& line) {
    const bool shaped = line.size() >= 12 && line.starts_with("HTTP/1.") && line[8] == ' ' &&
                        digitsOnly(line.substr(9, 3), 3) && (line.size() == 12 || line[12] == ' ');
    const int status = shaped ? base::parseNumber<int>(line.substr(9, 3)).value_or(0) : 0;
    if (status < 100 || status > 599)
        refuse("answer is not HTTP");
    return status;
}

void addField(ResponseHead& head, const std::string& line) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || colon == 0 || line.find_first_of(" \t") < colon)
        refuse("malformed header field");
    const std::string name = base::lower(std::string_view(line).substr(0, colon));
    std::string value = Poco::trim(line.substr(colon + 1));
    // Values may reach a log or an error text; a lone CR or NUL must not.
    std::replace_if(value.begin(), value.end(), base::isControl, ' ');
    if (name == "content-length") {
        if (!digitsOnly(value, 9))
            refuse("malformed content length");
        const auto length = base::parseNumber<std::size_t>(value);
        if (head.contentLength && head.contentLength != length)
            refuse("contradictory content lengths");
        head.contentLength = length;
    } else if (name == "transfer-encoding") {
        if (head.chunked || !base::equalsIgnoringCase(value, "chunked"))
            refuse("unknown transfer encoding");
        head.chunked = true;
    }
    head.headers[name] = std::move(value);
}

} // namespace

ResponseReader::~ResponseReader() {
    // The buffer held tokens. Volatile, because nothing reads it again.
    volatile char* bytes = _buffer.data();
    for (std::size_t i = 0; i < _buffer.size(); ++i)
        bytes[i] = '\0';
}

ResponseHead ResponseReader::readHead() {
    for (int interim = 0; interim <= maximumInterimAnswers; ++interim) {
        ResponseHead head = readOneHead();
        if (head.status >= 200)
            return head;
        if (head.status == 101)
            break;
    }
    refuse("unexpected interim answers");
}

ResponseHead ResponseReader::readOneHead() {
    std::size_t left = maximumHead;
    std::string line = readLine(left);
    left -= line.size();
    ResponseHead head;
    head.status = statusOf(line);
    for (std::size_t fields = 0; !(line = readLine(left)).empty(); ++fields) {
        if (fields == maximumFields)
            refuse("too many header fields");
        left -= line.size();
        addField(head, line);
    }
    if (head.chunked && head.contentLength)
        refuse("content length beside transfer encoding");
    return head;
}

provider::Secret ResponseReader::readBody(const ResponseHead& head) {
    if (head.status == 204 || head.status == 304)
        return {};
    if (head.contentLength.value_or(0) > maximumBody)
        refuse("answer is too large");
    // Reserves all: a growing string leaves copies of tokens behind.
    std::string body;
    body.reserve(head.contentLength.value_or(maximumBody));
    try {
        if (head.chunked)
            readChunks(body);
        else if (head.contentLength)
            readExactly(body, *head.contentLength);
        else
            readToEnd(body);
    } catch (...) {
        static_cast<void>(provider::Secret(std::move(body)));
        throw;
    }
    return provider::Secret(std::move(body));
}

bool ResponseReader::fill() {
    if (_next < _end)
        return true;
    _next = 0;
    _end = _connection.receive(_buffer.data(), _buffer.size());
    return _end > 0;
}

std::string ResponseReader::readLine(std::size_t limit) {
    std::string line;
    for (;;) {
        if (!fill())
            refuse("answer ended early");
        const char c = _buffer[_next++];
        if (c == '\n')
            break;
        if (line.size() >= limit)
            refuse("head of the answer is too large");
        line += c;
    }
    if (!line.empty() && line.back() == '\r')
        line.pop_back();
    return line;
}

void ResponseReader::readExactly(std::string& body, std::size_t count) {
    while (count > 0) {
        if (!fill())
            refuse("body is shorter than announced");
        const std::size_t part = std::min(count, _end - _next);
        if (body.size() + part > maximumBody)
            refuse("answer is too large");
        body.append(_buffer.data() + _next, part);
        _next += part;
        count -= part;
    }
}

void ResponseReader::readChunks(std::string& body) {
    constexpr std::size_t lineLimit = 1024;
    for (;;) {
        const std::string line = readLine(lineLimit);
        const std::string size = Poco::trim(line.substr(0, line.find(';')));
        const auto count = size.size() > 7 ? std::nullopt : base::parseNumber<std::size_t>(size, 16);
        if (!count)
            refuse("malformed chunk");
        if (*count == 0)
            break;
        readExactly(body, *count);
        if (!readLine(lineLimit).empty())
            refuse("malformed chunk");
    }
    for (std::size_t fields = 0; !readLine(lineLimit).empty(); ++fields) {
        if (fields == maximumFields)
            refuse("too many trailer fields");
    }
}

void ResponseReader::readToEnd(std::string& body) {
    while (fill())
        readExactly(body, _end - _next);
}

} // namespace central_oauth::httpclient
