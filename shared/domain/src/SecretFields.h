// SPDX-License-Identifier: Apache-2.0
// Several values in one text, as `length:bytes` one after the other (on disk, do not change).
#pragma once

#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::domain {

/// Packs secrets without a copy of them that is not wiped.
[[nodiscard]] provider::Secret packFields(std::initializer_list<std::string_view> fields);

/// Returns what packFields made of `count` fields, borrowed from `packed`. Throws: base::Error(internal) for
/// anything else: only what was sealed here is ever opened.
[[nodiscard]] std::vector<std::string_view> unpackFields(const provider::Secret& packed, std::size_t count);

/// As packFields and unpackFields, for any number of fields that are no secrets.
[[nodiscard]] std::string packList(const std::vector<std::string_view>& fields);
[[nodiscard]] std::vector<std::string_view> unpackList(std::string_view packed);

} // namespace central_oauth::domain
