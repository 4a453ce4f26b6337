// SPDX-License-Identifier: Apache-2.0
// The cookies that this service sets.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace central_oauth::http {

/// Names and formats cookies: HttpOnly, SameSite=Lax, for the whole site.
///
/// Over https the names begin with "__Host-", so no other host and no plain connection can set them (RFC
/// 6265bis section 4.1.3.2). Over http, which is allowed on loopback only, browsers refuse that prefix, so
/// the names are plain.
///
/// A value.
///
/// Errors: std::invalid_argument if a cookie can't carry the name or value.
class Cookies {
public:
    explicit Cookies(bool https) noexcept : _https(https) {}

    /// Returns the full name, e.g. "__Host-central-oauth-browser" for "browser".
    [[nodiscard]] std::string name(std::string_view purpose) const;

    /// Returns the value of a Set-Cookie field.
    [[nodiscard]] std::string set(std::string_view purpose, std::string_view value,
                                  std::chrono::seconds maximumAge) const;

    /// Returns the value of a Set-Cookie field that removes the cookie.
    [[nodiscard]] std::string clear(std::string_view purpose) const;

private:
    bool _https;
};

} // namespace central_oauth::http
