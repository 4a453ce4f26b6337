// SPDX-License-Identifier: Apache-2.0
// The sites and people of a provider that may be linked.
#include "ForeignObjection.h"
#include "Url.h"
#include "central_oauth/base/Host.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/config/ProviderSettings.h"

#include <algorithm>

namespace central_oauth::config {

namespace {

constexpr const char* sitesKey = "ALLOWED_SITES";
constexpr const char* emailDomainsKey = "ALLOWED_EMAIL_DOMAINS";

// Atlassian's cloud ids are UUIDs (RFC 4122 section 3), but nothing here depends on that. An entry without a
// digit is a site's name, such as "acme"; as a cloud id it would match nothing and lock everybody out.
bool isCloudId(std::string_view text) {
    constexpr std::size_t longest = 64;
    return text.size() <= longest && std::any_of(text.begin(), text.end(), base::isDigit) &&
           base::consistsOf(text, [](char c) { return base::isAlphanumeric(c) || c == '-'; });
}

// Returns the form that upstream uses: lower case, without a default port and a trailing slash.
std::optional<std::string> parseSite(std::string_view entry, Objection& why) {
    if (isCloudId(entry))
        return base::lower(entry);
    if (entry.find("://") == std::string_view::npos) {
        why = {"that is neither a cloud id nor a URL",
               "write a site's URL whole, as https://acme.atlassian.net"};
        return std::nullopt;
    }
    const auto url = parseUrl(std::string(entry), QueryRule::refused, why);
    if (!url) {
        why.problem = "that " + why.problem;
        return std::nullopt;
    }
    if (!url->path.empty() && url->path != "/") {
        why = {"that holds a path", "leave out what follows the host"};
        return std::nullopt;
    }
    return url->parts.origin();
}

std::optional<std::string> parseEmailDomain(std::string_view entry, Objection& why) {
    why = {"that is not the domain of an e-mail address",
           "write it as example.com: ASCII (xn-- if necessary), without @ and *"};
    if (!base::isHost(entry) || base::parseIp(entry))
        return std::nullopt;
    return base::lower(entry);
}

template <class Parse>
std::vector<std::string> readList(const Environment& environment, const std::string& variable, Parse parse,
                                  Report& report) {
    const auto text = environment.find(variable);
    if (!text)
        return {};
    if (auto foreign = objectionToList(*text)) {
        report.faults.push_back({variable, foreign->problem, foreign->fix});
        return {};
    }
    std::vector<std::string> list;
    std::size_t position = 0;
    for (const auto entry : base::splitList(*text)) {
        ++position;
        Objection why;
        auto value = parse(entry, why);
        if (!value) {
            report.faults.push_back(
                {variable, "has an entry " + std::to_string(position) + ' ' + why.problem, why.fix});
            return list;
        }
        if (std::find(list.begin(), list.end(), *value) == list.end())
            list.push_back(std::move(*value));
    }
    return list;
}

} // namespace

std::vector<provider::SettingSpec> hostSettingSpecs() {
    return {
        {sitesKey,
         provider::SettingType::text,
         false,
         {},
         "Comma-separated list of the sites that may be linked: cloud ids or URLs such as "
         "https://acme.atlassian.net; "
         "unset: any.",
         {}},
        {emailDomainsKey,
         provider::SettingType::text,
         false,
         {},
         "Comma-separated list of the domains that the e-mail address of the person who links must have; "
         "unset: any.",
         {}},
    };
}

AllowLists readAllowLists(const Environment& environment, std::string_view providerName, Report& report) {
    return {readList(environment, providerVariable(providerName, sitesKey), parseSite, report),
            readList(environment, providerVariable(providerName, emailDomainsKey), parseEmailDomain, report)};
}

} // namespace central_oauth::config
