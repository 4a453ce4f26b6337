// SPDX-License-Identifier: Apache-2.0
#include "ViewData.h"

#include "central_oauth/pages/DisplayText.h"
#include "central_oauth/pages/EmbeddedFiles.h"

#include <stdexcept>

namespace central_oauth::pages {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::string_view extension = ".mustache";

/// Mustache looks partials up among the values by name. No other key begins with this.
constexpr std::string_view partialPrefix = "part-";

void addPartials(ViewData& values) {
    for (const EmbeddedFile& file : embeddedFiles()) {
        if (!file.name.starts_with(partialPrefix))
            continue;
        const std::string name(file.name.substr(0, file.name.size() - extension.size()));
        // Without the file's last line end: the including line has its own, and within a line it would become
        // a blank.
        values.add(name, mustache::partial([content = file.content] {
                       return std::string(content.substr(0, content.find_last_not_of('\n') + 1));
                   }));
    }
}

} // namespace

ViewData& ViewData::text(const std::string& key, std::string_view value, std::size_t maxCharacters) {
    return words(key, displayText(value, maxCharacters));
}

ViewData& ViewData::words(const std::string& key, const std::string& value) {
    return value.empty() ? *this : add(key, value);
}

ViewData& ViewData::token(const std::string& key, const std::string& value) {
    return isToken(value) ? add(key, value) : *this;
}

ViewData& ViewData::path(const std::string& key, const std::string& value) {
    return isLocalPath(value) ? add(key, value) : *this;
}

ViewData& ViewData::flag(const std::string& key, bool value) {
    return add(key, value);
}

ViewData& ViewData::webLink(const std::string& key, const std::string& url) {
    return link(key, url, isWebUrl(url));
}

ViewData& ViewData::contactLink(const std::string& key, const std::string& url) {
    return link(key, url, isContactUrl(url));
}

ViewData& ViewData::link(const std::string& key, const std::string& url, bool fit) {
    constexpr std::string_view mail = "mailto:";
    const bool isMail = fit && !isWebUrl(url);
    const std::string shown = displayText(std::string_view(url).substr(isMail ? mail.size() : 0));
    if (shown.empty())
        return *this;
    mustache::data object;
    object.set("href", fit ? mustache::data(url) : mustache::data(false));
    object.set("text", shown);
    return add(key, object);
}

ViewData& ViewData::add(const std::string& key, const kainjow::mustache::data& value) {
    _data.set(key, value);
    return *this;
}

std::string renderTemplate(std::string_view name, ViewData values) {
    const std::string fileName = std::string(name) + std::string(extension);
    const EmbeddedFile* file = findEmbeddedFile(fileName);
    if (file == nullptr)
        throw std::logic_error("no such page template: " + fileName);
    addPartials(values);
    mustache::mustache page{std::string(file->content)};
    std::string html = page.render(values.data());
    if (!page.is_valid())
        throw std::logic_error("page template " + fileName + ": " + page.error_message());
    return html;
}

} // namespace central_oauth::pages
