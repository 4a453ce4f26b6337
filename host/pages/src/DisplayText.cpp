// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/pages/DisplayText.h"

#include <algorithm>

namespace central_oauth::pages {
namespace {

constexpr std::size_t maxUrlLength = 8192;

bool isAlphanumeric(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool consistsOf(std::string_view text, std::string_view marks) noexcept {
    return std::all_of(text.begin(), text.end(), [marks](char c) {
        return isAlphanumeric(c) || marks.find(c) != std::string_view::npos;
    });
}

bool isUrlText(std::string_view text) noexcept {
    return text.size() <= maxUrlLength && consistsOf(text, "-._~:/?#[]@!$&'()*+,;=%");
}

/// The part after `scheme`, compared without case; empty if `url` has another one.
std::string_view afterScheme(std::string_view url, std::string_view scheme) noexcept {
    const auto same = [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    };
    if (url.size() < scheme.size() ||
        !std::equal(scheme.begin(), scheme.end(), url.begin(),
                    [&same](char wanted, char given) { return same(given, wanted); }))
        return {};
    return url.substr(scheme.size());
}

} // namespace

bool isWebUrl(std::string_view url) noexcept {
    std::string_view rest = afterScheme(url, "https://");
    if (rest.empty())
        rest = afterScheme(url, "http://");
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    return isUrlText(url) && !authority.empty() && authority.front() != ':' &&
           authority.find('@') == std::string_view::npos;
}

bool isContactUrl(std::string_view url) noexcept {
    const std::string_view address = afterScheme(url, "mailto:");
    return isWebUrl(url) || (isUrlText(url) && address.find('@') != std::string_view::npos);
}

bool isLocalPath(std::string_view path) noexcept {
    return path.starts_with('/') && !path.starts_with("//") && isUrlText(path);
}

bool isToken(std::string_view value) noexcept {
    return !value.empty() && value.size() <= 512 && consistsOf(value, "._~+/=:-");
}

} // namespace central_oauth::pages
