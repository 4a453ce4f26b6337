// SPDX-License-Identifier: Apache-2.0
// Strict checks of a request's head, and reading its body.
#include "central_oauth/http/Framing.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/http/Encoding.h"

#include <charconv>
#include <limits>

#include <Poco/Exception.h>

namespace central_oauth::http {

namespace {

using base::Error;
using base::ErrorCode;

Error malformed(std::string hint) {
    return Error(ErrorCode::invalidRequest, std::move(hint));
}

void checkField(const Headers::Field& field) {
    if (!isToken(field.name))
        throw malformed("A header field has a malformed name.");
    for (const char character : field.value)
        if (character != '\t' && hasControls(std::string_view(&character, 1)))
            throw malformed("A header field has control characters.");
    // An RFC 2047 word would be decoded on the way, so two readers could see two values.
    if (field.value.find("=?") != std::string::npos)
        throw malformed("A header field has an encoded word.");
}

std::size_t parseLength(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
        throw malformed("Content-Length is not a number.");
    std::size_t length = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), length);
    return result.ec == std::errc() ? length : std::numeric_limits<std::size_t>::max();
}

std::size_t readUpTo(std::streambuf& source, std::string& body) {
    // Straight from the buffer: a stream would swallow the exception that says why reading ended.
    try {
        return static_cast<std::size_t>(source.sgetn(body.data(), static_cast<std::streamsize>(body.size())));
    } catch (const Poco::TimeoutException& late) {
        throw Error(ErrorCode::requestTimeout, {}, late.displayText());
    } catch (const Poco::Exception& broken) {
        throw Error(ErrorCode::invalidRequest, "The body did not arrive whole.", broken.displayText());
    }
}

} // namespace

void checkHead(const RequestHead& head) {
    if (head.version != "HTTP/1.1" && head.version != "HTTP/1.0")
        throw malformed("This HTTP version is not spoken here.");
    if (!isToken(head.method))
        throw malformed("The method is malformed.");
    for (const Headers::Field& field : head.headers)
        checkField(field);
    const auto hosts = head.headers.all("Host").size();
    if (hosts > 1 || (hosts == 0 && head.version == "HTTP/1.1"))
        throw malformed("Send exactly one Host header.");
}

Framing framingOf(const Headers& headers) {
    const auto lengths = headers.all("Content-Length");
    const auto encodings = headers.all("Transfer-Encoding");
    if (encodings.empty() && lengths.empty())
        return {};
    if (!encodings.empty() && !lengths.empty())
        throw malformed("Send either Content-Length or Transfer-Encoding.");
    if (encodings.size() > 1 || lengths.size() > 1)
        throw malformed("The length of the body is given twice.");
    if (!encodings.empty()) {
        if (!equalsIgnoringCase(encodings.front(), "chunked"))
            throw malformed("No Transfer-Encoding but chunked is understood.");
        return {Framing::Kind::chunked, 0};
    }
    const std::size_t length = parseLength(lengths.front());
    return {length == 0 ? Framing::Kind::none : Framing::Kind::length, length};
}

std::string readBody(std::streambuf& source, const Framing& framing, std::size_t limit) {
    if (framing.kind == Framing::Kind::none)
        return {};
    const bool declared = framing.kind == Framing::Kind::length;
    if (declared && framing.length > limit)
        throw Error(ErrorCode::payloadTooLarge);
    std::string body(declared ? framing.length : limit + 1, '\0');
    body.resize(readUpTo(source, body));
    if (body.size() > limit)
        throw Error(ErrorCode::payloadTooLarge);
    if (declared && body.size() < framing.length)
        throw malformed("The body is shorter than its Content-Length.");
    return body;
}

} // namespace central_oauth::http
