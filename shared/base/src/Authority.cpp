// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/Authority.h"

#include "central_oauth/base/Host.h"
#include "central_oauth/base/Text.h"

#include <algorithm>
#include <utility>

namespace central_oauth::base {

namespace {

// RFC 3986 section 3.2.3 allows an empty port; it means the scheme's default.
std::optional<std::uint16_t> parsePort(std::string_view digits, WebScheme scheme) {
    constexpr std::size_t mostDigits = 5;
    if (digits.empty())
        return portOf(scheme);
    if (digits.front() == '0' || digits.size() > mostDigits)
        return std::nullopt;
    return parseNumber<std::uint16_t>(digits);
}

} // namespace

Authority::Authority(std::string host, std::uint16_t port) : _host(std::move(host)), _port(port) {}

std::optional<Authority> Authority::parse(std::string_view text, WebScheme scheme) {
    const bool brackets = text.starts_with('[');
    const auto end = brackets ? text.find(']') : std::min(text.find(':'), text.size());
    if (end == std::string_view::npos)
        return std::nullopt;
    const auto name = brackets ? text.substr(1, end - 1) : text.substr(0, end);
    auto rest = text.substr(brackets ? end + 1 : end);
    // Brackets are only for IPv6 (RFC 3986 section 3.2.2).
    if (brackets != (name.find(':') != std::string_view::npos) || (!rest.empty() && rest.front() != ':'))
        return std::nullopt;
    rest.remove_prefix(rest.empty() ? 0 : 1);
    auto host = canonicalHost(name);
    const auto port = parsePort(rest, scheme);
    if (!host || !port)
        return std::nullopt;
    return Authority(std::move(*host), *port);
}

std::string Authority::text(WebScheme scheme) const {
    const std::string host = bracketed(_host);
    return _port == portOf(scheme) ? host : host + ':' + std::to_string(_port);
}

bool sameAuthority(std::string_view one, std::string_view other, WebScheme scheme) {
    const auto first = Authority::parse(one, scheme);
    return first && first == Authority::parse(other, scheme);
}

} // namespace central_oauth::base
