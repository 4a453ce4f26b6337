// SPDX-License-Identifier: Apache-2.0
#include "RequestValues.h"

#include "central_oauth/base/Error.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace central_oauth::endpoints {

namespace {

[[noreturn]] void refuse(const std::string& hint) {
    throw base::Error(base::ErrorCode::invalidRequest, hint);
}

[[noreturn]] void refuseNumber(const std::string& name, const NumberRule& rule) {
    refuse(name + " is a whole number from " + std::to_string(rule.lowest) + " to " +
           std::to_string(rule.highest) + ".");
}

} // namespace

std::int64_t numberParameter(const http::Request& request, const std::string& name, const NumberRule& rule) {
    const auto text = request.query().find(name);
    if (!text)
        return rule.otherwise;
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (fault != std::errc() || end != text->data() + text->size())
        refuseNumber(name, rule);
    requireWithin(value, name, rule);
    return value;
}

void requireWithin(std::int64_t value, const std::string& name, const NumberRule& rule) {
    if (value < rule.lowest || value > rule.highest)
        refuseNumber(name, rule);
}

void requireNotBlank(std::string_view text, const std::string& what) {
    // In UTF-8: U+0085, U+00A0, U+1680, U+2000 to U+200D, U+2028, U+2029, U+202F, U+205F, U+2060, U+3000 and
    // U+FEFF.
    static constexpr std::array<std::string_view, 30> blanks{" ",
                                                             "\t",
                                                             "\n",
                                                             "\v",
                                                             "\f",
                                                             "\r",
                                                             "\xC2\x85",
                                                             "\xC2\xA0",
                                                             "\xE1\x9A\x80",
                                                             "\xE2\x80\x80",
                                                             "\xE2\x80\x81",
                                                             "\xE2\x80\x82",
                                                             "\xE2\x80\x83",
                                                             "\xE2\x80\x84",
                                                             "\xE2\x80\x85",
                                                             "\xE2\x80\x86",
                                                             "\xE2\x80\x87",
                                                             "\xE2\x80\x88",
                                                             "\xE2\x80\x89",
                                                             "\xE2\x80\x8A",
                                                             "\xE2\x80\x8B",
                                                             "\xE2\x80\x8C",
                                                             "\xE2\x80\x8D",
                                                             "\xE2\x80\xA8",
                                                             "\xE2\x80\xA9",
                                                             "\xE2\x80\xAF",
                                                             "\xE2\x81\x9F",
                                                             "\xE2\x81\xA0",
                                                             "\xE3\x80\x80",
                                                             "\xEF\xBB\xBF"};
    while (!text.empty()) {
        const auto* const blank = std::find_if(blanks.begin(), blanks.end(),
                                               [&](std::string_view one) { return text.starts_with(one); });
        if (blank == blanks.end())
            return;
        text.remove_prefix(blank->size());
    }
    refuse(what + " is empty; what is sent needs a value.");
}

std::optional<std::string> textParameter(const http::Request& request, const std::string& name) {
    constexpr std::size_t longest = 256;
    const auto text = request.query().find(name);
    if (!text)
        return std::nullopt;
    requireNotBlank(*text, name);
    if (text->size() > longest)
        refuse(name + " takes at most " + std::to_string(longest) + " bytes.");
    return std::string(*text);
}

base::AccountId accountIn(const http::Request& request) {
    return base::AccountId::parse(request.pathParameter("account_id")).value_or(base::AccountId());
}

base::LinkId linkIn(const http::Request& request) {
    return base::LinkId::parse(request.pathParameter("link_id")).value_or(base::LinkId());
}

} // namespace central_oauth::endpoints
