// SPDX-License-Identifier: Apache-2.0
// The rules for single lines and values of a request (RFC 9112); RequestGuard applies them.
#pragma once

#include "central_oauth/http/RequestGuard.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace central_oauth::http {

/// Why a line or value is refused. A value; the hint is a literal.
struct GuardFault {
    int status = 400;
    const char* hint = "";
};

/// The parts of a request line, as views into it.
struct RequestLine {
    std::string_view method;
    std::string_view target;
    std::string_view version; ///< "HTTP/1.1" or "HTTP/1.0"
};

/// The parts of a field line without optional white space, as views into it.
struct FieldLine {
    std::string_view name;
    std::string_view value;
};

/// The fields that the guard acts on or removes.
enum class GuardedField { other, host, contentLength, transferEncoding, expect, connection, dropped };

/// Parses a request line without its line end (RFC 9112 section 3). Returns nullopt if it is valid, a fault
/// with 501 if the method has more than 32 characters, otherwise one with 400.
[[nodiscard]] std::optional<GuardFault> parseRequestLine(std::string_view line, RequestLine& parts);

/// Parses a field line without its line end (RFC 9112 section 5). Returns nullopt if it is valid, a fault
/// with 431 if name or value exceeds its limit, otherwise one with 400.
[[nodiscard]] std::optional<GuardFault> parseField(std::string_view line, const GuardLimits& limits,
                                                   FieldLine& parts);

[[nodiscard]] GuardedField guardedField(std::string_view name) noexcept;

/// Returns whether the value is a host with or without a port (RFC 9110 section 7.2): a name, an IPv4 address
/// or an IPv6 address in brackets. Refuses empty names and names with commas, which RFC 3986 allows.
[[nodiscard]] bool isHostValue(std::string_view value);

/// Returns the value of a Content-Length field, or the largest number if it does not fit. Returns nullopt if
/// it is not a number.
[[nodiscard]] std::optional<std::size_t> parseContentLength(std::string_view value) noexcept;

/// Returns whether the value is a list of transfer codings with "chunked" at most once, at the end (RFC 9112
/// section 6.1).
[[nodiscard]] bool isCodingList(std::string_view value) noexcept;

/// Returns whether a list of tokens, e.g. Connection, contains this token, ignoring case.
[[nodiscard]] bool listHas(std::string_view list, std::string_view token) noexcept;

/// Returns the size in a chunk's first line without its line end (RFC 9112 section 7.1). Returns nullopt if
/// the line is malformed or the size has more than 8 digits.
[[nodiscard]] std::optional<std::size_t> parseChunkSize(std::string_view line) noexcept;

} // namespace central_oauth::http
