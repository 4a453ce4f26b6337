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
/// Limits names in headings and sentences, so that none pushes the warning off a small screen.
constexpr std::size_t maxShortName = 32;
constexpr std::size_t maxScopes = 200;
/// How many permissions are shown in full; if there are more, those that only read are folded.
constexpr std::size_t unfoldedScopes = 5;
constexpr std::size_t maxChoices = 500;

/// The reasons that templates/ended.mustache has words for.
constexpr std::array<std::string_view, 12> endReasons = {
    "declined",         "upstream_error",   "too_many_entries", "confirmation_failed",
    "different_person", "site_not_allowed", "no_site",          "scopes_missing",
    "no_refresh_token", "undone",           "removed",          "cancelled"};

/// The causes that templates/part-ended-cause.mustache has words for.
constexpr std::array<std::string_view, 9> endCauses = {
    "app_refused", "scope_refused",  "code_refused",     "misconfigured",  "busy",
    "unavailable", "not_understood", "foreign_callback", "service_network"};

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

/// Adds both names in full for the facts, and short for headings and sentences.
void addNames(ViewData& values, std::string_view client, std::string_view provider) {
    values.text("clientName", client, maxName).text("clientShort", client, maxShortName);
    values.flag("clientIsCut", displayText(client, maxName) != displayText(client, maxShortName));
    values.text("providerName", provider, maxName).text("providerShort", provider, maxShortName);
}

std::string leftOut(std::size_t all, std::size_t shown) {
    return all > shown ? std::to_string(all - shown) : std::string();
}

/// Returns the list of templates/approve.mustache that a scope belongs to.
std::string_view listOf(ScopeEffect effect) {
    switch (effect) {
    case ScopeEffect::reads:
        return "Reading";
    case ScopeEffect::lasts:
        return "Lasting";
    case ScopeEffect::changes:
    case ScopeEffect::deletes:
    case ScopeEffect::administers:
        return "Changing";
    case ScopeEffect::unknown:
        break;
    }
    return "Unexplained";
}

mustache::data scopeItem(const ScopeWords& scope) {
    ViewData item;
    item.text("scope", scope.scope, maxName).text("words", scope.words);
    item.words("effect", std::string(effectWords(scope.effect)));
    item.flag("strong", scope.effect == ScopeEffect::deletes || scope.effect == ScopeEffect::administers);
    return item.data();
}

void addScopes(ViewData& values, const std::vector<ScopeWords>& scopes) {
    const std::size_t shown = std::min(scopes.size(), maxScopes);
    for (const std::string name : {"Changing", "Unexplained", "Reading", "Lasting"}) {
        mustache::data list(mustache::data::type::list);
        for (std::size_t i = 0; i < shown; ++i) {
            // A scope without words is unexplained, whatever its effect.
            if (listOf(scopes[i].words.empty() ? ScopeEffect::unknown : scopes[i].effect) == name)
                list.push_back(scopeItem(scopes[i]));
        }
        values.flag("has" + name, !list.list_value().empty());
        if (name == "Reading" && shown > unfoldedScopes && !list.list_value().empty())
            values.words("readingFolded", permissionWords(list.list_value().size()));
        values.add(static_cast<char>(name[0] - 'A' + 'a') + name.substr(1), list);
    }
    mustache::data all(mustache::data::type::list);
    for (std::size_t i = 0; i < shown; ++i)
        all.push_back(scopeItem(scopes[i]));
    values.add("scopes", all).flag("hasScopes", !scopes.empty());
    values.words("reach", std::string(reachWords(scopes)));
    values.words("scopesLeftOut", leftOut(scopes.size(), shown));
}

void addProof(ViewData& values, const ApproveView& view) {
    values.flag("proofCode", view.proof == Proof::code);
    values.flag("proofReceipt", view.proof == Proof::receipt);
    values.flag("proofPin", view.proof == Proof::pin);
    // A page on which the person types the digits must not show them.
    if (view.proof != Proof::code)
        values.text("linkCodeDisplay", view.linkCodeDisplay, 32);
    if (!view.attemptsLeft)
        return;
    values.text("entryWrong",
                view.entryFault.empty() ? "These are not the digits of this link." : view.entryFault);
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
    addNames(values, view.clientName, view.providerName);
    values.contactLink("clientContact", view.clientContact);
    values.text("onBehalfOf", view.onBehalfOf, 64).text("subject", view.subject, 128);
    values.text("label", view.label, 64).text("wantedSite", view.wantedSite, maxName);
    values.flag("isRelink", view.isRelink);
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
    addNames(values, {}, view.providerName);
    if (view.authorizationUrl.empty())
        values.add("upstream", mustache::data("href", false));
    else
        values.webLink("upstream", view.authorizationUrl);
    values.flag("movesOn", view.movesOn && isWebUrl(view.authorizationUrl));
    return renderTemplate("continue", std::move(values));
}

std::string Pages::chooseSite(const ChooseSiteView& view) const {
    ViewData values = common(_site);
    addNames(values, view.clientName, view.providerName);
    values.text("displayName", view.displayName, maxName);
    values.path("actionPath", view.actionPath).token("csrf", view.csrf);
    values.flag("choiceMissing", view.choiceMissing);
    mustache::data list(mustache::data::type::list);
    std::size_t usable = 0;
    for (const SiteChoice& choice : view.choices) {
        if (!isToken(choice.id) || ++usable > maxChoices)
            continue;
        ViewData item;
        item.token("id", choice.id).text("name", choice.name, maxName).text("url", choice.url, maxName);
        item.flag("isFirstOfError", view.choiceMissing && usable == 1);
        list.push_back(item.data());
    }
    values.add("choices", list).words("choicesLeftOut", leftOut(usable, list.list_value().size()));
    return renderTemplate("choose-site", std::move(values));
}

std::string Pages::done(const DoneView& view) const {
    ViewData values = common(_site);
    addNames(values, view.clientName, view.providerName);
    values.text("displayName", view.displayName, maxName).text("email", view.email);
    values.text("siteName", view.siteName, maxName).webLink("site", view.siteUrl);
    values.flag("hasAccount", hasVisibleText(view.displayName) || hasVisibleText(view.email));
    values.flag("hasSite", hasVisibleText(view.siteName) || !view.siteUrl.empty());
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

std::string Pages::ended(std::string_view reason, std::string_view cause) const {
    ViewData values = common(_site);
    values.flag(isOneOf(endReasons, reason) ? std::string(reason) : "other", true);
    const bool isKnown = reason == "upstream_error" && isOneOf(endCauses, cause);
    values.flag("cause", isKnown);
    if (isKnown)
        values.flag(std::string(cause), true);
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
    values.text("detail", view.detail, 500).text("requestId", view.requestId, 64);
    return renderTemplate("problem", std::move(values));
}

} // namespace central_oauth::pages
