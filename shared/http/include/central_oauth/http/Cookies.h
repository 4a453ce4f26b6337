// SPDX-License-Identifier: Apache-2.0
// The cookies that this service sets.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace central_oauth::http {

/// Names and writes cookies: HttpOnly, SameSite=Lax, for the whole site.
///
/// Over https names begin with "__Host-", which no other host and no plain connection can set (RFC 6265bis
/// section 4.1.3.2); over http, allowed on loopback only, browsers refuse that prefix, so names are plain.
///
/// A value.
///
/// Errors: std::invalid_argument for a name or value that a cookie can't carry.
class Cookies {
public:
    explicit Cookies(bool https) noexcept : _https(https) {}

    /// The full name, e.g. "__Host-central-oauth-browser" for "browser".
    [[nodiscard]] std::string name(std::string_view purpose) const;

    /// The value of a Set-Cookie field.
    [[nodiscard]] std::string set(std::string_view purpose, std::string_view value,
                                  std::chrono::seconds maximumAge) const;

    /// The value of a Set-Cookie field that removes the cookie.
    [[nodiscard]] std::string clear(std::string_view purpose) const;

private:
    bool _https;
};

} // namespace central_oauth::http
