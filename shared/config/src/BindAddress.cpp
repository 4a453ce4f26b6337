// SPDX-License-Identifier: Apache-2.0
#include "BindAddress.h"

#include "central_oauth/base/Host.h"
#include "central_oauth/base/Text.h"

namespace central_oauth::config {

namespace {

// Returns nullopt if IPv6 has no brackets, or another host has them.
std::optional<std::string_view> unbracketed(std::string_view host) {
    const bool brackets = host.size() >= 2 && host.front() == '[' && host.back() == ']';
    if (brackets)
        host = host.substr(1, host.size() - 2);
    const bool ipv6 = host.find(':') != std::string_view::npos;
    return brackets == ipv6 ? std::optional(host) : std::nullopt;
}

} // namespace

std::optional<BindAddress> parseBindAddress(std::string_view text, Objection& why) {
    constexpr std::string_view example = "write it as 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080";
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || text.ends_with(']')) {
        why = {"has no port", std::string(example)};
        return std::nullopt;
    }
    const auto host = unbracketed(text.substr(0, colon));
    if (!host || !base::isHost(*host)) {
        why = {"has no valid host", std::string(example)};
        return std::nullopt;
    }
    const auto port = base::parseNumber<std::uint16_t>(text.substr(colon + 1));
    if (!port) {
        why = {"has a port that is not a number from 0 to 65535", std::string(example)};
        return std::nullopt;
    }
    return BindAddress{base::lower(*host), *port};
}

bool BindAddress::isLoopback() const noexcept {
    return base::isLoopbackHost(host);
}

std::string BindAddress::text() const {
    return base::bracketed(host) + ':' + std::to_string(port);
}

} // namespace central_oauth::config
