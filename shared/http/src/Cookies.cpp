// SPDX-License-Identifier: Apache-2.0
// Writing Set-Cookie (RFC 6265 section 4.1).
#include "central_oauth/http/Cookies.h"

#include "central_oauth/base/Text.h"

#include <stdexcept>

namespace central_oauth::http {

namespace {

bool isCookieValue(std::string_view text) {
    return base::consistsOf(
        text, [](char c) { return base::isVisible(c) && c != '"' && c != ',' && c != ';' && c != '\\'; });
}

} // namespace

std::string Cookies::name(std::string_view purpose) const {
    if (!base::isToken(purpose))
        throw std::invalid_argument("not a cookie name");
    return (_https ? "__Host-central-oauth-" : "central-oauth-") + std::string(purpose);
}

std::string Cookies::set(std::string_view purpose, std::string_view value,
                         std::chrono::seconds maximumAge) const {
    if (!isCookieValue(value))
        throw std::invalid_argument("not a cookie value");
    return name(purpose) + '=' + std::string(value) +
           "; Path=/; Max-Age=" + std::to_string(maximumAge.count()) + "; HttpOnly; SameSite=Lax" +
           (_https ? "; Secure" : "");
}

std::string Cookies::clear(std::string_view purpose) const {
    return set(purpose, "", std::chrono::seconds(0));
}

} // namespace central_oauth::http
