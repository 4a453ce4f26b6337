// SPDX-License-Identifier: Apache-2.0
// HKDF with SHA-256 into memory of the caller.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

namespace central_oauth::crypto {

/// As hkdfSha256, without heap memory: fills `derived`, which the caller wipes. The info is its parts, one
/// after the other.
void hkdfSha256Into(std::span<char> derived, std::string_view key, std::string_view salt,
                    std::initializer_list<std::string_view> info);

} // namespace central_oauth::crypto
