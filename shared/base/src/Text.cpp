// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/Text.h"

namespace central_oauth::base {

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) { return lower(c); });
    return result;
}

std::string upper(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) { return upper(c); });
    return result;
}

std::vector<std::string_view> splitList(std::string_view text) {
    std::vector<std::string_view> entries;
    for (;;) {
        const auto comma = text.find(',');
        entries.push_back(trim(text.substr(0, comma)));
        if (comma == std::string_view::npos)
            return entries;
        text.remove_prefix(comma + 1);
    }
}

std::string counted(long long count, std::string_view unit) {
    return std::to_string(count).append(" ").append(unit).append(count == 1 ? "" : "s");
}

std::string visibleBeginning(std::string_view text, std::size_t longest) {
    std::string beginning(text.substr(0, longest));
    std::replace_if(
        beginning.begin(), beginning.end(), [](char c) { return !isVisible(c); }, '?');
    return text.size() > longest ? beginning + "..." : beginning;
}

} // namespace central_oauth::base
