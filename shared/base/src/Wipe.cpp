// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/Wipe.h"

#include <cstring>

namespace central_oauth::base {

namespace {

// Volatile: the compiler can't know that this is memset, so it removes no call.
void* (*const volatile fill)(void*, int, std::size_t) = std::memset;

} // namespace

void wipe(void* bytes, std::size_t count) noexcept {
    if (count > 0)
        fill(bytes, 0, count);
}

void wipe(std::string& text) noexcept {
    text.resize(text.capacity()); // the memory after the end may hold an older, longer text
    wipe(text.data(), text.size());
    std::string().swap(text);
}

} // namespace central_oauth::base
