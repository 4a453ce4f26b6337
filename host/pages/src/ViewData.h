// SPDX-License-Identifier: Apache-2.0
// The values of one page on their way into a template, cleaned by kind.
#pragma once

#include <cstddef>
#include <kainjow/mustache.hpp>
#include <string>
#include <string_view>

namespace central_oauth::pages {

/// Collects template values. Empty or unfit values are left out, so that `{{#key}}` asks whether there is
/// one.
class ViewData {
public:
    /// Text from anybody, through displayText.
    ViewData& text(const std::string& key, std::string_view value, std::size_t maxCharacters = 200);
    /// Words of our own, unchanged.
    ViewData& words(const std::string& key, const std::string& value);
    /// A value that must arrive unchanged (CSRF token, site id); see isToken.
    ViewData& token(const std::string& key, const std::string& value);
    /// A form's target; see isLocalPath.
    ViewData& path(const std::string& key, const std::string& value);
    ViewData& flag(const std::string& key, bool value);
    /// An object {href, text} for part-link; `href` is false unless the URL is fit for a link.
    ViewData& webLink(const std::string& key, const std::string& url);
    ViewData& contactLink(const std::string& key, const std::string& url);
    ViewData& add(const std::string& key, const kainjow::mustache::data& value);

    [[nodiscard]] const kainjow::mustache::data& data() const noexcept { return _data; }

private:
    ViewData& link(const std::string& key, const std::string& url, bool fit);

    kainjow::mustache::data _data;
};

/// The document made from the embedded template `name`. Throws std::logic_error if there is none or it is
/// malformed.
[[nodiscard]] std::string renderTemplate(std::string_view name, ViewData values);

} // namespace central_oauth::pages
