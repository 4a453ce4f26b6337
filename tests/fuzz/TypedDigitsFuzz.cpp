// SPDX-License-Identifier: Apache-2.0
// Typed codes with arbitrary bytes: the reader returns only digits, and reads its own digits unchanged.
#include "Require.h"
#include "central_oauth/base/TypedDigits.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

using central_oauth::base::readTypedDigits;
using central_oauth::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    const auto read = readTypedDigits(text);
    require(std::all_of(read.digits.begin(), read.digits.end(), [](char c) { return c >= '0' && c <= '9'; }),
            "something else than digits");
    require(read.digits.size() <= text.size(), "more digits than bytes");
    require(read.strayAt <= text.size(), "a place behind the text");
    const auto again = readTypedDigits(read.digits);
    require(again.strayAt == 0 && again.digits == read.digits, "digits that do not read back");
    // Characters around and between the groups of a code change nothing.
    if (read.strayAt == 0 && size + 8 <= central_oauth::base::longestTyped)
        require(readTypedDigits(" \xE2\x80\x8B" + std::string(text) + "\xC2\xA0.").digits == read.digits,
                "blanks around it matter");
    return 0;
}
