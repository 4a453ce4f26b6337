// SPDX-License-Identifier: Apache-2.0
// The template values of one page, cleaned by kind.
#pragma once

#include <cstddef>
#include <kainjow/mustache.hpp>
#include <string>
#include <string_view>

namespace central_oauth::pages {

/// Collects template values. Drops empty and invalid values, so that `{{#key}}` tests whether there is one.
class ViewData {
public:
    /// Adds untrusted text, cleaned by displayText.
    ViewData& text(const std::string& key, std::string_view value, std::size_t maxCharacters = 200);
    /// Adds our own words, unchanged.
    ViewData& words(const std::string& key, const std::string& value);
    /// Adds a value that must arrive unchanged (CSRF token, site id); see isToken.
    ViewData& token(const std::string& key, const std::string& value);
    /// Adds a form's target; see isLocalPath.
    ViewData& path(const std::string& key, const std::string& value);
    ViewData& flag(const std::string& key, bool value);
    /// Adds an object {href, text} for part-link; `href` is false unless the URL is fit for a link.
    ViewData& webLink(const std::string& key, const std::string& url);
    ViewData& contactLink(const std::string& key, const std::string& url);
    ViewData& add(const std::string& key, const kainjow::mustache::data& value);

    [[nodiscard]] const kainjow::mustache::data& data() const noexcept { return _data; }

private:
    ViewData& link(const std::string& key, const std::string& url, bool fit);

    kainjow::mustache::data _data;
};

/// Renders the embedded template `name`.
/// Throws: std::logic_error if the template is missing or malformed.
[[nodiscard]] std::string renderTemplate(std::string_view name, ViewData values);

} // namespace central_oauth::pages
