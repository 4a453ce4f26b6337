// SPDX-License-Identifier: Apache-2.0
// What a request's head says about its own shape, checked strictly, and the reading of its body.
#pragma once

#include "central_oauth/http/Headers.h"

#include <cstddef>
#include <streambuf>
#include <string>

namespace central_oauth::http {

/// A request as it arrived, before anything of it is believed.
struct RequestHead {
    std::string method;
    std::string target;
    std::string version; ///< "HTTP/1.1"
    Headers headers;
    std::string peer; ///< the connection's other end, without port
};

/// How a request's body is delimited.
struct Framing {
    enum class Kind { none, length, chunked };
    Kind kind = Kind::none;
    std::size_t length = 0; ///< of Kind::length; greater than 0
};

/// Bytes of a request's body, where a caller of readBody names no other limit.
constexpr std::size_t maximumBody = std::size_t{16} * 1024;

/// Checks version, method, field names and values, Host (RFC 9112 section 3.2). Throws: base::Error
/// invalidRequest.
void checkHead(const RequestHead& head);

/// How the body is delimited (RFC 9112 section 6.3). Throws: base::Error invalidRequest if Content-Length is
/// not one plain number, if Transfer-Encoding is anything but one "chunked", or if both are there.
[[nodiscard]] Framing framingOf(const Headers& headers);

/// Reads the whole body; `source` yields it without its chunk framing. Throws: base::Error payloadTooLarge
/// above `limit` (a declared length is refused unread), invalidRequest if it ends before its declared length,
/// requestTimeout if it stops arriving.
[[nodiscard]] std::string readBody(std::streambuf& source, const Framing& framing,
                                   std::size_t limit = maximumBody);

} // namespace central_oauth::http
