// SPDX-License-Identifier: Apache-2.0
// Several values in one plaintext to be sealed, without a copy of them that is not wiped.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace central_oauth::store {

/// The fields one after the other as `length:bytes` (on disk, do not change).
[[nodiscard]] provider::Secret packFields(std::initializer_list<std::string_view> fields);

/// What packFields made of `count` fields, borrowed from `packed`. Throws: base::Error(internal) for anything
/// else: only what was sealed here is ever opened.
[[nodiscard]] std::vector<std::string_view> unpackFields(const provider::Secret& packed, std::size_t count);

} // namespace central_oauth::store
