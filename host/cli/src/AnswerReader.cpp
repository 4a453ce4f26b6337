// SPDX-License-Identifier: Apache-2.0
// Takes answers apart field by field; whatever is not as agreed is named, never shown.
#include "central_oauth/cli/AnswerReader.h"

#include "JsonFields.h"
#include "central_oauth/cli/PrintableText.h"

#include <algorithm>
#include <cctype>

namespace central_oauth::cli {

namespace {

constexpr std::chrono::seconds longestDuration{400L * 24 * 3600};
constexpr std::size_t longestToken = 16 * 1024;

bool isVisibleAscii(const std::string& text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string identifier(const JsonFields& fields, const std::string& name) {
    std::string text = fields.text(name);
    if (!isIdentifier(text))
        throw UnreadableAnswer(name + " is no identifier");
    return text;
}

provider::Secret secret(const JsonFields& fields, const std::string& name) {
    std::string text = fields.text(name);
    if (!isVisibleAscii(text) || text.size() > longestToken)
        throw UnreadableAnswer(name + " has characters that a header can't carry");
    return provider::Secret(std::move(text));
}

std::string webAddress(const JsonFields& fields, const std::string& name) {
    std::string text = fields.text(name);
    const bool web = text.rfind("https://", 0) == 0 || text.rfind("http://", 0) == 0;
    if (!web || !isVisibleAscii(text) || text.size() > 2048)
        throw UnreadableAnswer(name + " is no web address");
    return text;
}

Person person(const JsonFields& fields) {
    const JsonFields upstream = fields.object("upstream");
    return {printable(upstream.text("id"), 128), printable(upstream.textOrEmpty("display_name"), 64),
            printable(upstream.textOrEmpty("email"), 128)};
}

std::optional<SiteInfo> site(const JsonFields& fields) {
    if (!fields.has("site"))
        return std::nullopt;
    const JsonFields chosen = fields.object("site");
    return SiteInfo{printable(chosen.textOrEmpty("name"), 64), printable(chosen.textOrEmpty("url"), 256)};
}

std::size_t siteCount(const JsonFields& fields) {
    return fields.has("sites") ? fields.objects("sites").size() : 0;
}

std::size_t wordCount(const std::string& text) {
    std::size_t count = 0;
    char before = ' ';
    for (const char c : text) {
        count += before == ' ' && c != ' ' ? 1 : 0;
        before = c;
    }
    return count;
}

Account account(const JsonFields& fields) {
    Account account;
    account.accountId = identifier(fields, "account_id");
    account.provider = identifier(fields, "provider");
    account.subject = printable(fields.textOrEmpty("subject"), 128);
    account.person = person(fields);
    account.status = identifier(fields, "status");
    account.site = site(fields);
    account.siteCount = siteCount(fields);
    account.lastUsedAt = printable(fields.textOrEmpty("last_used_at"), 32);
    return account;
}

} // namespace

LinkCode readLinkCode(const provider::Secret& body) {
    const JsonFields fields(body);
    LinkCode link;
    link.code = fields.text("link_code");
    const bool digits =
        std::all_of(link.code.begin(), link.code.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (link.code.size() != 12 || !digits)
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
    token.person = person(fields);
    std::string type = fields.text("token_type");
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    if (type != "bearer")
        throw UnreadableAnswer("token_type is not Bearer");
    token.accessToken = secret(fields, "access_token");
    token.expiresIn = fields.seconds("expires_in", longestDuration);
    token.validUntil = printable(fields.textOrEmpty("valid_until"), 32);
    token.scopeCount = wordCount(fields.textOrEmpty("scope"));
    token.site = site(fields);
    token.siteCount = siteCount(fields);
    return token;
}

AccountPage readAccountPage(const provider::Secret& body) {
    const JsonFields fields(body);
    AccountPage page;
    for (const JsonFields& item : fields.objects("items"))
        page.accounts.push_back(account(item));
    page.nextCursor = fields.textOrEmpty("next_cursor");
    if (page.nextCursor.size() > 1024)
        throw UnreadableAnswer("next_cursor is too long");
    return page;
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
    const auto correlation = response.headers.find("x-correlation-id");
    if (correlation != response.headers.end())
        error.requestId = printable(correlation->second, 64);
    try {
        const JsonFields fields(response.body);
        error.error = identifier(fields, "error");
        error.description = printable(fields.textOrEmpty("error_description"));
        error.hint = printable(fields.textOrEmpty("hint"));
        error.reason = printable(fields.textOrEmpty("reason"), 64);
        if (fields.has("request_id"))
            error.requestId = printable(fields.text("request_id"), 64);
        if (fields.has("relink")) {
            error.relinkProvider = printable(fields.object("relink").textOrEmpty("provider"), 64);
            error.relinkSubject = printable(fields.object("relink").textOrEmpty("subject"), 128);
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
    const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (text.empty() || text.size() > 9 || !digits)
        return std::nullopt;
    return std::min(std::chrono::seconds(std::stol(text)), std::chrono::seconds(3600));
}

} // namespace central_oauth::cli
