// SPDX-License-Identifier: Apache-2.0
// Identifiers of distinct types.
#pragma once

#include "central_oauth/base/Text.h"

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace central_oauth::base {

/// A string id of one kind; `Tag` makes each kind a type of its own. A value.
///
/// The constructor is for ids that this service made. External text becomes an id only through `parse`, so an
/// id is safe wherever it is used, such as in a cookie's name or a path.
template <class Tag>
class StrongId {
public:
    static constexpr std::size_t longest = 64;

    StrongId() = default;
    explicit StrongId(std::string value) : _value(std::move(value)) {}

    /// Returns the id in an external text. Returns nullopt unless it has 1 to 64 characters of `A-Z a-z 0-9 _
    /// -`.
    [[nodiscard]] static std::optional<StrongId> parse(std::string_view text) {
        const bool isId = !text.empty() && text.size() <= longest && consistsOf(text, isIdCharacter);
        return isId ? std::optional(StrongId(std::string(text))) : std::nullopt;
    }

    [[nodiscard]] const std::string& value() const noexcept { return _value; }
    [[nodiscard]] bool empty() const noexcept { return _value.empty(); }
    // clang-tidy 14 takes the zero of a rewritten comparison for a null pointer.
    friend auto operator<=>(const StrongId&, const StrongId&) = default; // NOLINT(modernize-use-nullptr)

private:
    std::string _value;
};

using ClientId = StrongId<struct ClientTag>;
using AccountId = StrongId<struct AccountTag>;
using LinkId = StrongId<struct LinkTag>;

} // namespace central_oauth::base
