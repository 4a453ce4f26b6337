// SPDX-License-Identifier: Apache-2.0
#include "RequestValues.h"

#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/OpaqueText.h"
#include "central_oauth/base/Text.h"

namespace central_oauth::endpoints {

void refuse(const std::string& hint) {
    throw base::Error(base::ErrorCode::invalidRequest, hint);
}

namespace {

[[noreturn]] void refuseNumber(const std::string& name, const NumberRule& rule) {
    refuse(name + " is a whole number from " + std::to_string(rule.lowest) + " to " +
           std::to_string(rule.highest) + ".");
}

} // namespace

std::int64_t numberParameter(const http::Request& request, const std::string& name, const NumberRule& rule) {
    const auto text = request.query().find(name);
    if (!text)
        return rule.otherwise;
    const auto value = base::parseNumber<std::int64_t>(*text);
    if (!value)
        refuseNumber(name, rule);
    requireWithin(*value, name, rule);
    return *value;
}

void requireWithin(std::int64_t value, const std::string& name, const NumberRule& rule) {
    if (value < rule.lowest || value > rule.highest)
        refuseNumber(name, rule);
}

void requireVisible(std::string_view text, const std::string& what) {
    if (!base::hasVisibleText(text))
        refuse(what + " is empty or shows nothing; what is sent needs a visible character.");
}

std::optional<std::string> textParameter(const http::Request& request, const std::string& name) {
    constexpr std::size_t longest = 256;
    const auto text = request.query().find(name);
    if (!text)
        return std::nullopt;
    requireVisible(*text, name);
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
