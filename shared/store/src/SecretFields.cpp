// SPDX-License-Identifier: Apache-2.0
#include "SecretFields.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"

#include <algorithm>
#include <string>

namespace central_oauth::store {

namespace {

[[noreturn]] void refuse() {
    throw base::Error(base::ErrorCode::internal, {}, "an opened value has another form than expected");
}

std::string_view takeField(std::string_view& rest) {
    const auto colon = std::min(rest.find(':'), rest.size());
    const auto length = base::parseNumber<std::size_t>(rest.substr(0, colon));
    rest.remove_prefix(colon);
    if (!length || rest.empty() || rest.size() - 1 < *length)
        refuse();
    const std::string_view field = rest.substr(1, *length);
    rest.remove_prefix(1 + *length);
    return field;
}

} // namespace

provider::Secret packFields(std::initializer_list<std::string_view> fields) {
    constexpr std::size_t longestLength = 21; // of the digits of a size and the colon
    std::size_t size = 0;
    for (const std::string_view field : fields)
        size += field.size() + longestLength;
    std::string packed;
    packed.reserve(size); // growing would leave copies behind
    for (const std::string_view field : fields) {
        packed += std::to_string(field.size());
        packed += ':';
        packed += field;
    }
    return provider::Secret(std::move(packed));
}

std::vector<std::string_view> unpackFields(const provider::Secret& packed, std::size_t count) {
    std::string_view rest = packed.reveal();
    std::vector<std::string_view> fields;
    for (std::size_t i = 0; i < count; ++i)
        fields.push_back(takeField(rest));
    if (!rest.empty())
        refuse();
    return fields;
}

} // namespace central_oauth::store
