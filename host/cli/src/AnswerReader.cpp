// SPDX-License-Identifier: Apache-2.0
// Reads answers field by field. An error names an invalid field and never shows its value.
#include "central_oauth/cli/AnswerReader.h"

#include "JsonFields.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/cli/AsciiJson.h"
#include "central_oauth/cli/PrintableText.h"

#include <algorithm>
#include <cstdint>
#include <sstream>

namespace central_oauth::cli {

namespace {

constexpr std::chrono::seconds longestDuration{400L * 24 * 3600};
constexpr std::size_t longestToken = 16384;
constexpr std::size_t longestCloudId = 256;

bool isVisibleAscii(const std::string& text) {
    return !text.empty() && base::consistsOf(text, base::isVisible);
}

std::string identifier(const JsonFields& fields, const std::string& name) {
    std::string text = fields.text(name);
    if (!isIdentifier(text))
        throw UnreadableAnswer(name + " is no identifier");
    return text;
}

// Returns a text that a header can carry as one word (RFC 9110 section 5.5), and a shell and git in one line.
std::string visibleText(const JsonFields& fields, const std::string& name, std::size_t longest) {
    std::string text = fields.text(name);
    if (!isVisibleAscii(text) || text.size() > longest)
        throw UnreadableAnswer(name + " has characters that a header can't carry");
    return text;
}

provider::Secret secret(const JsonFields& fields, const std::string& name) {
    return provider::Secret(visibleText(fields, name, longestToken));
}

bool isWebAddress(const std::string& text) {
    const bool web = text.rfind("https://", 0) == 0 || text.rfind("http://", 0) == 0;
    return web && isVisibleAscii(text) && text.size() <= 2048;
}

std::string webAddress(const JsonFields& fields, const std::string& name) {
    std::string text = fields.text(name);
    if (!isWebAddress(text))
        throw UnreadableAnswer(name + " is no web address");
    return text;
}

std::string time(const JsonFields& fields, const std::string& name) {
    return printable(fields.textOrEmpty(name), 32);
}

// Reads the server's form of times: RFC 3339 in UTC with whole seconds.
std::optional<std::chrono::sys_seconds> timeOf(const std::string& text) {
    constexpr std::string_view form = "0000-00-00T00:00:00Z";
    const auto fits = [](char want, char is) { return want == '0' ? base::isDigit(is) : is == want; };
    if (text.size() != form.size() || !std::equal(form.begin(), form.end(), text.begin(), fits))
        return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t length) {
        return base::parseNumber<int>(std::string_view(text).substr(at, length)).value_or(0);
    };
    const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    if (!day.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 60)
        return std::nullopt;
    return std::chrono::sys_days(day) + std::chrono::hours(number(11, 2)) +
           std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2));
}

Person person(const JsonFields& fields) {
    const JsonFields upstream = fields.object("upstream");
    return {printable(upstream.text("id"), 128), printable(upstream.textOrEmpty("display_name"), 64),
            printable(upstream.textOrEmpty("email"), 128)};
}

SiteInfo siteOf(const JsonFields& fields) {
    const std::string url = fields.textOrEmpty("url");
    return {printable(fields.textOrEmpty("name"), 64), printable(url, 256),
            printable(fields.textOrEmpty("cloud_id"), 128), isWebAddress(url) ? url : std::string()};
}

std::optional<SiteInfo> site(const JsonFields& fields) {
    if (!fields.has("site"))
        return std::nullopt;
    return siteOf(fields.object("site"));
}

std::vector<SiteInfo> sites(const JsonFields& fields) {
    std::vector<SiteInfo> all;
    if (fields.has("sites"))
        for (const JsonFields& each : fields.objects("sites"))
            all.push_back(siteOf(each));
    return all;
}

std::vector<std::string> scopes(const JsonFields& fields) {
    std::istringstream words(fields.textOrEmpty("scope"));
    std::vector<std::string> all;
    for (std::string word; words >> word;)
        all.push_back(printable(word, 128));
    return all;
}

std::vector<std::string> products(const JsonFields& fields) {
    if (!fields.has("products"))
        return {};
    std::vector<std::string> names = fields.object("products").names();
    names.erase(
        std::remove_if(names.begin(), names.end(), [](const auto& name) { return !isIdentifier(name); }),
        names.end());
    return names;
}

std::optional<Problem> problem(const JsonFields& fields) {
    if (!fields.has("problem"))
        return std::nullopt;
    const JsonFields told = fields.object("problem");
    return Problem{identifier(told, "code"), printable(told.text("what")), time(told, "since"),
                   printable(told.text("who"), 64), printable(told.text("how"))};
}

std::vector<AccountName> names(const JsonFields& fields) {
    const JsonFields upstream = fields.object("upstream");
    std::vector<AccountName> all{{"label", fields.textOrEmpty("label")},
                                 {"email", upstream.textOrEmpty("email")}};
    if (fields.has("site")) {
        all.push_back({"site", fields.object("site").textOrEmpty("name")});
        all.push_back({"site", fields.object("site").textOrEmpty("url")});
    }
    all.push_back({"subject", fields.textOrEmpty("subject")});
    all.push_back({"display name", upstream.textOrEmpty("display_name")});
    all.push_back({"provider", fields.text("provider")});
    all.erase(std::remove_if(all.begin(), all.end(), [](const auto& name) { return name.text.empty(); }),
              all.end());
    return all;
}

Account account(const JsonFields& fields, std::string json) {
    Account account;
    account.accountId = identifier(fields, "account_id");
    account.provider = identifier(fields, "provider");
    account.subject = printable(fields.textOrEmpty("subject"), 128);
    account.person = person(fields);
    account.label = printable(fields.textOrEmpty("label"), 64);
    account.status = identifier(fields, "status");
    account.problem = problem(fields);
    account.scopes = scopes(fields);
    account.site = site(fields);
    account.sites = sites(fields);
    account.linkedAt = time(fields, "linked_at");
    account.lastRefreshAt = time(fields, "last_refresh_at");
    account.lastUsedAt = time(fields, "last_used_at");
    account.idleExpiresAt = time(fields, "idle_expires_at");
    account.names = names(fields);
    account.json = std::move(json);
    return account;
}

} // namespace

LinkCode readLinkCode(const provider::Secret& body) {
    const JsonFields fields(body);
    LinkCode link;
    link.code = fields.text("link_code");
    if (link.code.size() != 12 || !base::isNumber(link.code))
        throw UnreadableAnswer("link_code is not 12 digits");
    link.displayCode = printable(fields.text("link_code_display"), 32);
    link.verificationUrl = webAddress(fields, "verification_url");
    link.secret = secret(fields, "link_secret");
    link.expiresIn = fields.seconds("expires_in", longestDuration);
    link.interval = fields.seconds("interval", longestDuration);
    return link;
}

TokenPayload readTokenPayload(const provider::Secret& body) {
    const JsonFields fields(body);
    TokenPayload token;
    token.accountId = identifier(fields, "account_id");
    token.provider = identifier(fields, "provider");
    token.subject = fields.textOrEmpty("subject");
    token.person = person(fields);
    if (!base::equalsIgnoringCase(fields.text("token_type"), "bearer"))
        throw UnreadableAnswer("token_type is not Bearer");
    token.accessToken = secret(fields, "access_token");
    token.expiresIn = fields.seconds("expires_in", longestDuration);
    token.validUntil = time(fields, "valid_until");
    token.expiry = timeOf(token.validUntil);
    if (!token.expiry && !token.validUntil.empty())
        throw UnreadableAnswer("valid_until is no time");
    token.scopes = scopes(fields);
    token.site = site(fields);
    if (token.site)
        token.site->cloudId = visibleText(fields.object("site"), "cloud_id", longestCloudId);
    token.products = products(fields);
    token.siteCount = sites(fields).size();
    token.json = provider::Secret(asciiJson(body.reveal()));
    return token;
}

AccountPage readAccountPage(const provider::Secret& body) {
    const JsonFields fields(body);
    AccountPage page;
    const std::vector<JsonFields> items = fields.objects("items");
    std::vector<std::string> texts = itemsOf(asciiJson(body.reveal()), "items");
    if (texts.size() != items.size())
        throw UnreadableAnswer("items is not a list");
    for (std::size_t i = 0; i < items.size(); ++i)
        page.accounts.push_back(account(items[i], std::move(texts[i])));
    page.nextCursor = fields.textOrEmpty("next_cursor");
    if (page.nextCursor.size() > 1024)
        throw UnreadableAnswer("next_cursor is too long");
    return page;
}

std::vector<std::string> readProviderNames(const provider::Secret& body) {
    std::vector<std::string> names;
    for (const JsonFields& item : JsonFields(body).objects("items"))
        names.push_back(item.text("name"));
    return names;
}

Account readAccount(const provider::Secret& body) {
    return account(JsonFields(body), asciiJson(body.reveal()));
}

Revocation readRevocation(const provider::Secret& body) {
    const JsonFields fields(body);
    return {identifier(fields, "local"), identifier(fields, "upstream")};
}

std::chrono::seconds readPendingInterval(const provider::Secret& body) {
    const JsonFields fields(body);
    if (fields.text("status") != "authorization_pending")
        throw UnreadableAnswer("status is none that this client can act on");
    return fields.has("interval") ? fields.seconds("interval", longestDuration) : std::chrono::seconds(0);
}

ServerError readError(const provider::HttpResponse& response) {
    ServerError error;
    error.status = response.status;
    error.retryAfter = retryAfterOf(response);
    const auto requestId = response.headers.find("x-request-id");
    if (requestId != response.headers.end())
        error.requestId = printable(requestId->second, 64);
    try {
        const JsonFields fields(response.body);
        error.error = identifier(fields, "error");
        error.description = printable(fields.textOrEmpty("error_description"));
        error.hint = printable(fields.textOrEmpty("hint"));
        error.reason = printable(fields.textOrEmpty("reason"), 64);
        error.cause = printable(fields.textOrEmpty("cause"), 64);
        if (fields.has("request_id"))
            error.requestId = printable(fields.text("request_id"), 64);
        if (fields.has("relink")) {
            error.relinkProvider = printable(fields.object("relink").textOrEmpty("provider"), 64);
            // Both go into a command that the person repeats.
            error.relinkSubject = shownOr("SUBJECT", fields.object("relink").textOrEmpty("subject"));
            error.relinkSite = shownOr("SITE", fields.object("relink").textOrEmpty("site"));
        }
    } catch (const UnreadableAnswer& fault) {
        if (response.status < 500)
            throw UnreadableAnswer("HTTP status " + std::to_string(response.status) + ", " + fault.what());
    }
    return error;
}

std::optional<std::chrono::seconds> retryAfterOf(const provider::HttpResponse& response) {
    const auto found = response.headers.find("retry-after");
    if (found == response.headers.end())
        return std::nullopt;
    const std::string& text = found->second;
    const auto number = text.size() > 9 ? std::nullopt : base::parseNumber<std::uint32_t>(text);
    if (!number)
        return std::nullopt;
    return std::min(std::chrono::seconds(*number), std::chrono::seconds(3600));
}

} // namespace central_oauth::cli
