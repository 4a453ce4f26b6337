// SPDX-License-Identifier: Apache-2.0
// What this module's sources share in front of OpenSSL: its bytes, its lengths, its errors.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::crypto {

/// Throws base::Error(internal) whose detail is the step and OpenSSL's reason; empties the thread's error
/// queue.
[[noreturn]] void throwOpenSslError(const char* step);

inline void requireOpenSsl(bool succeeded, const char* step) {
    if (!succeeded)
        throwOpenSslError(step);
}

/// A length as OpenSSL's older functions take it. Throws: base::Error(internal) if it does not fit.
[[nodiscard]] int openSslLength(std::size_t length);

[[nodiscard]] inline const unsigned char* bytesOf(std::string_view data) noexcept {
    // Never null: some functions take a null pointer for "not given" instead of "empty".
    return reinterpret_cast<const unsigned char*>(data.data() != nullptr ? data.data() : "");
}

[[nodiscard]] inline unsigned char* bytesOf(std::string& data) noexcept {
    return reinterpret_cast<unsigned char*>(data.data());
}

} // namespace central_oauth::crypto
