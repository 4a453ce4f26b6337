// SPDX-License-Identifier: Apache-2.0
// What single lines and values of a request may look like (RFC 9112); RequestGuard puts them together.
#pragma once

#include "central_oauth/http/RequestGuard.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace central_oauth::http {

/// Why something is refused. A value; the hint is a literal.
struct GuardFault {
    int status = 400;
    const char* hint = "";
};

/// A request line in pieces; valid as long as the line is.
struct RequestLine {
    std::string_view method;
    std::string_view target;
    std::string_view version; ///< "HTTP/1.1" or "HTTP/1.0"
};

/// A field line in pieces, without the optional white space; valid as long as the line is.
struct FieldLine {
    std::string_view name;
    std::string_view value;
};

/// The fields that the guard acts on or keeps to itself.
enum class GuardedField { other, host, contentLength, transferEncoding, expect, connection, dropped };

/// Takes a request line without its line end apart (RFC 9112 section 3); nothing: it is in order. 501 for a
/// method above 32 characters, 400 for everything else.
[[nodiscard]] std::optional<GuardFault> parseRequestLine(std::string_view line, RequestLine& parts);

/// Takes a field line without its line end apart (RFC 9112 section 5); nothing: it is in order. 431 above the
/// limits of name and value, 400 for everything else.
[[nodiscard]] std::optional<GuardFault> parseField(std::string_view line, const GuardLimits& limits,
                                                   FieldLine& parts);

[[nodiscard]] GuardedField guardedField(std::string_view name) noexcept;

/// Whether the value is a host with or without a port (RFC 9110 section 7.2): a name, an IPv4 address or an
/// IPv6 address in brackets. Empty ones and names with commas, which RFC 3986 allows, are none.
[[nodiscard]] bool isHostValue(std::string_view value);

/// A Content-Length; the largest number there is where the value does not fit. Nothing: it is no number.
[[nodiscard]] std::optional<std::size_t> parseContentLength(std::string_view value) noexcept;

/// Whether the value is a list of transfer codings in which "chunked" is nowhere but at the end (RFC 9112
/// section 6.1).
[[nodiscard]] bool isCodingList(std::string_view value) noexcept;

/// Whether a list of tokens, e.g. Connection, has this one; case does not matter.
[[nodiscard]] bool listHas(std::string_view list, std::string_view token) noexcept;

/// The size in a chunk's first line without its line end (RFC 9112 section 7.1); nothing: it is malformed, or
/// has more than 8 digits.
[[nodiscard]] std::optional<std::size_t> parseChunkSize(std::string_view line) noexcept;

} // namespace central_oauth::http
