// SPDX-License-Identifier: Apache-2.0
// Members have a fixed order; a missing value is null.
#include "LoginLines.h"

#include "central_oauth/base/Text.h"
#include "central_oauth/cli/AsciiJson.h"

namespace central_oauth::cli {

namespace {

std::string member(const char* name, const std::string& text) {
    return std::string(",\"") + name + "\":" + quotedJson(text);
}

std::string optionalMember(const char* name, const std::string& text) {
    return text.empty() ? std::string(",\"") + name + "\":null" : member(name, text);
}

std::string siteJson(const std::optional<SiteInfo>& site) {
    if (!site)
        return "null";
    return "{\"cloud_id\":" + quotedJson(site->cloudId) + member("name", site->name) +
           member("url", site->url) + '}';
}

std::string listJson(const std::vector<std::string>& texts) {
    return '[' + base::join(texts, ",", quotedJson) + ']';
}

} // namespace

std::string linkLine(const LinkCode& link, bool isResumed) {
    return "{\"event\":\"link\"" + member("link_code", link.code) +
           member("link_code_display", link.displayCode) + member("verification_url", link.verificationUrl) +
           ",\"expires_in\":" + std::to_string(link.expiresIn.count()) +
           ",\"resumed\":" + (isResumed ? "true" : "false") + '}';
}

std::string linkedLine(const TokenPayload& token) {
    return "{\"event\":\"linked\"" + member("account_id", token.accountId) +
           member("provider", token.provider) + optionalMember("subject", token.subject) +
           optionalMember("display_name", token.person.displayName) +
           optionalMember("email", token.person.email) + ",\"site\":" + siteJson(token.site) +
           ",\"scopes\":" + listJson(token.scopes) + optionalMember("valid_until", token.validUntil) + '}';
}

} // namespace central_oauth::cli
