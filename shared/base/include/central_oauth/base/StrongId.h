// SPDX-License-Identifier: Apache-2.0
// Identifiers that can't be mistaken for one another.
#pragma once

#include <compare>
#include <string>
#include <utility>

namespace central_oauth::base {

/// A string id of one kind; `Tag` makes the kind a type. A value.
template <class Tag>
class StrongId {
public:
    StrongId() = default;
    explicit StrongId(std::string value) : _value(std::move(value)) {}

    [[nodiscard]] const std::string& value() const noexcept { return _value; }
    [[nodiscard]] bool empty() const noexcept { return _value.empty(); }
    friend auto operator<=>(const StrongId&, const StrongId&) = default;

private:
    std::string _value;
};

using ClientId = StrongId<struct ClientTag>;
using AccountId = StrongId<struct AccountTag>;
using LinkId = StrongId<struct LinkTag>;

} // namespace central_oauth::base
