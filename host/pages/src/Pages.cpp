// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/pages/Pages.h"

#include "ViewData.h"
#include "central_oauth/pages/DisplayText.h"
#include "central_oauth/pages/EmbeddedFiles.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace central_oauth::pages {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::size_t maxName = 100;
constexpr std::size_t maxScopes = 200;
constexpr std::size_t maxChoices = 500;

/// The reasons that templates/ended.mustache has words for.
constexpr std::array<std::string_view, 10> endReasons = {
    "declined",         "upstream_error",   "too_many_entries", "confirmation_failed",
    "different_person", "site_not_allowed", "scopes_missing",   "no_refresh_token",
    "undone",           "cancelled"};

/// The statuses that templates/part-problem-*.mustache have words for.
constexpr std::array<int, 8> knownStatuses = {400, 403, 404, 405, 421, 429, 500, 503};

template <class Known, class Value>
bool isOneOf(const Known& known, const Value& value) {
    return std::find(known.begin(), known.end(), value) != known.end();
}

/// FNV-1a, 64 bits: names a version of a file, protects nothing.
std::string contentHash(std::string_view content) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : content)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    std::string digits;
    for (int shift = 60; shift >= 0; shift -= 4)
        digits += "0123456789abcdef"[(hash >> static_cast<unsigned>(shift)) & 0xFU];
    return digits;
}

Asset makeStylesheet() {
    const EmbeddedFile* file = findEmbeddedFile("style.css");
    if (file == nullptr)
        throw std::logic_error("the style sheet is not embedded");
    return {"/assets/style-" + contentHash(file->content) + ".css", file->content, "text/css; charset=utf-8"};
}

ViewData common(const Site& site) {
    ViewData values;
    values.text("operatorName", site.operatorName, maxName);
    values.contactLink("support", site.supportUrl);
    values.words("stylesheetPath", stylesheet().path);
    return values;
}

void addScopes(ViewData& values, const std::vector<ScopeWords>& scopes) {
    mustache::data list(mustache::data::type::list);
    for (const ScopeWords& scope : scopes) {
        if (list.list_value().size() == maxScopes)
            break;
        ViewData item;
        item.text("scope", scope.scope, maxName).text("words", scope.words);
        list.push_back(item.data());
    }
    values.flag("hasScopes", !scopes.empty());
    values.add("scopes", list);
}

void addProof(ViewData& values, const ApproveView& view) {
    values.flag("proofCode", view.proof == Proof::code);
    values.flag("proofReceipt", view.proof == Proof::receipt);
    values.flag("proofPin", view.proof == Proof::pin);
    // Where the digits are to be typed, the page must not give them away.
    if (view.proof != Proof::code)
        values.text("linkCodeDisplay", view.linkCodeDisplay, 32);
    values.flag("entryWrong", view.attemptsLeft.has_value());
    if (view.attemptsLeft)
        values.words("attemptsWords", attemptsWords(*view.attemptsLeft));
}

} // namespace

const Asset& stylesheet() {
    static const Asset asset = makeStylesheet();
    return asset;
}

Pages::Pages(Site site) : _site(std::move(site)) {}

std::string Pages::landing() const {
    return renderTemplate("landing", common(_site));
}

std::string Pages::approve(const ApproveView& view) const {
    ViewData values = common(_site);
    values.text("clientName", view.clientName, maxName).contactLink("clientContact", view.clientContact);
    values.text("onBehalfOf", view.onBehalfOf, maxName).text("subject", view.subject, 128);
    values.text("label", view.label, 64).text("providerName", view.providerName, maxName);
    values.text("requesterAddress", view.requesterAddress, 64);
    values.text("requesterProgram", view.requesterProgram, 160);
    values.words("age", ageWords(view.age)).words("expiresIn", expiryWords(view.expiresIn));
    values.path("actionPath", view.actionPath).token("csrf", view.csrf);
    addScopes(values, view.scopes);
    addProof(values, view);
    return renderTemplate("approve", std::move(values));
}

std::string Pages::continueUpstream(const ContinueView& view) const {
    ViewData values = common(_site);
    values.text("providerName", view.providerName, maxName);
    if (view.authorizationUrl.empty())
        values.add("upstream", mustache::data("href", false));
    else
        values.webLink("upstream", view.authorizationUrl);
    values.flag("movesOn", view.movesOn && isWebUrl(view.authorizationUrl));
    return renderTemplate("continue", std::move(values));
}

std::string Pages::chooseSite(const ChooseSiteView& view) const {
    ViewData values = common(_site);
    values.text("clientName", view.clientName, maxName).text("providerName", view.providerName, maxName);
    values.text("displayName", view.displayName, maxName);
    values.path("actionPath", view.actionPath).token("csrf", view.csrf);
    values.flag("choiceMissing", view.choiceMissing);
    mustache::data list(mustache::data::type::list);
    for (const SiteChoice& choice : view.choices) {
        if (!isToken(choice.id) || list.list_value().size() == maxChoices)
            continue;
        ViewData item;
        item.token("id", choice.id).text("name", choice.name, maxName).text("url", choice.url);
        list.push_back(item.data());
    }
    values.add("choices", list);
    return renderTemplate("choose-site", std::move(values));
}

std::string Pages::done(const DoneView& view) const {
    ViewData values = common(_site);
    values.text("providerName", view.providerName, maxName).text("clientName", view.clientName, maxName);
    values.text("displayName", view.displayName, maxName).text("email", view.email);
    values.text("siteName", view.siteName, maxName).webLink("site", view.siteUrl);
    values.flag("hasAccount", !view.displayName.empty() || !view.email.empty());
    values.flag("hasSite", !view.siteName.empty() || !view.siteUrl.empty());
    values.text("pin", view.pin, 32);
    values.path("undoPath", view.undoPath).token("csrf", view.csrf);
    values.words("undoWithin", durationWords(view.undoWithin));
    return renderTemplate("done", std::move(values));
}

std::string Pages::declined() const {
    return renderTemplate("declined", common(_site));
}

std::string Pages::expired() const {
    return renderTemplate("expired", common(_site));
}

std::string Pages::ended(std::string_view reason) const {
    ViewData values = common(_site);
    values.flag(isOneOf(endReasons, reason) ? std::string(reason) : "other", true);
    return renderTemplate("ended", std::move(values));
}

std::string Pages::alreadyUsed() const {
    return renderTemplate("already-used", common(_site));
}

std::string Pages::wrongBrowser() const {
    return renderTemplate("wrong-browser", common(_site));
}

std::string Pages::problem(const ProblemView& view) const {
    ViewData values = common(_site);
    values.words("status", std::to_string(view.status));
    values.flag(isOneOf(knownStatuses, view.status) ? "status" + std::to_string(view.status) : "statusOther",
                true);
    values.text("title", view.title, maxName)
        .text("text", view.text, 500)
        .text("requestId", view.requestId, 64);
    return renderTemplate("problem", std::move(values));
}

} // namespace central_oauth::pages
