// SPDX-License-Identifier: Apache-2.0
#include "SecretFields.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"

#include <algorithm>
#include <string>

namespace central_oauth::domain {

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

template <class Fields>
std::string pack(const Fields& fields) {
    constexpr std::size_t longestLength = 21; // the digits of a size, and the colon
    std::size_t size = 0;
    for (const std::string_view field : fields)
        size += field.size() + longestLength;
    std::string packed;
    packed.reserve(size); // reallocation would leave copies behind
    for (const std::string_view field : fields) {
        packed += std::to_string(field.size());
        packed += ':';
        packed += field;
    }
    return packed;
}

} // namespace

provider::Secret packFields(std::initializer_list<std::string_view> fields) {
    return provider::Secret(pack(fields));
}

std::vector<std::string_view> unpackFields(const provider::Secret& packed, std::size_t count) {
    auto fields = unpackList(packed.reveal());
    if (fields.size() != count)
        refuse();
    return fields;
}

std::string packList(const std::vector<std::string_view>& fields) {
    return pack(fields);
}

std::vector<std::string_view> unpackList(std::string_view packed) {
    std::vector<std::string_view> fields;
    while (!packed.empty())
        fields.push_back(takeField(packed));
    return fields;
}

} // namespace central_oauth::domain
