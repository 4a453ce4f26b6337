// SPDX-License-Identifier: Apache-2.0
#include "OpenSsl.h"

#include "central_oauth/base/Error.h"

#include <array>
#include <limits>

#include <openssl/err.h>

namespace central_oauth::crypto {

void throwOpenSslError(const char* step) {
    std::array<char, 256> reason{};
    // The latest error: earlier ones may come from other code.
    ERR_error_string_n(ERR_peek_last_error(), reason.data(), reason.size());
    // An error left in the queue would be reported by the next TLS operation on this thread.
    ERR_clear_error();
    throw base::Error(base::ErrorCode::internal, {},
                      std::string("cryptography: ") + step + ": " + reason.data());
}

int openSslLength(std::size_t length) {
    if (length > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw base::Error(base::ErrorCode::internal, {}, "cryptography: input longer than OpenSSL takes");
    return static_cast<int>(length);
}

} // namespace central_oauth::crypto
