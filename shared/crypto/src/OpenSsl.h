// SPDX-License-Identifier: Apache-2.0
// Helpers for calls to OpenSSL: bytes, lengths, errors.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::crypto {

/// Throws base::Error(internal). Its detail is the step and OpenSSL's reason. Empties the thread's error
/// queue.
[[noreturn]] void throwOpenSslError(const char* step);

inline void requireOpenSsl(bool succeeded, const char* step) {
    if (!succeeded)
        throwOpenSslError(step);
}

/// Converts a length for OpenSSL's older functions.
/// Throws: base::Error(internal) if it does not fit.
[[nodiscard]] int openSslLength(std::size_t length);

[[nodiscard]] inline const unsigned char* bytesOf(std::string_view data) noexcept {
    // Never null: some functions treat a null pointer as "not given" instead of "empty".
    return reinterpret_cast<const unsigned char*>(data.data() != nullptr ? data.data() : "");
}

[[nodiscard]] inline unsigned char* bytesOf(std::string& data) noexcept {
    return reinterpret_cast<unsigned char*>(data.data());
}

} // namespace central_oauth::crypto
