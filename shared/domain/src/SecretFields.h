// SPDX-License-Identifier: Apache-2.0
// Several values packed into one text, each as `length:bytes` (on disk, do not change).
#pragma once

#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::domain {

/// Packs secrets. All copies are wiped.
[[nodiscard]] provider::Secret packFields(std::initializer_list<std::string_view> fields);

/// Returns the `count` fields of `packed`, as views into it.
/// Throws: base::Error(internal) if `packed` has another form; this is a bug, as only values sealed here are
/// opened.
[[nodiscard]] std::vector<std::string_view> unpackFields(const provider::Secret& packed, std::size_t count);

/// As packFields, for any number of fields that are not secret.
[[nodiscard]] std::string packList(const std::vector<std::string_view>& fields);
[[nodiscard]] std::vector<std::string_view> unpackList(std::string_view packed);

} // namespace central_oauth::domain
