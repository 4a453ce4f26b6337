// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/pages/DisplayText.h"

#include "central_oauth/base/Text.h"

namespace central_oauth::pages {
namespace {

constexpr std::size_t maxUrlLength = 8192;

bool isUrlText(std::string_view text) noexcept {
    return text.size() <= maxUrlLength && base::consistsOf(text, base::isUrlCharacter);
}

/// Returns the part after `scheme`, compared without case, or an empty text if `url` has another scheme.
std::string_view afterScheme(std::string_view url, std::string_view scheme) noexcept {
    return base::startsWithIgnoringCase(url, scheme) ? url.substr(scheme.size()) : std::string_view();
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
    return !value.empty() && value.size() <= 512 && base::consistsOf(value, [](char c) {
        return base::isAlphanumeric(c) || std::string_view("._~+/=:-").find(c) != std::string_view::npos;
    });
}

} // namespace central_oauth::pages
