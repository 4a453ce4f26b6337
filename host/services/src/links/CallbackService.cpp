// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/links/CallbackService.h"

#include "FreshGrant.h"
#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/logging/RequestScope.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/links/LinkRules.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;
using domain::EndCause;
using domain::EndReason;

// Returns the cause for an error in the callback's query. The error has a name of RFC 6749 section 4.1.2.1 or
// upstream's own.
std::optional<EndCause> causeOf(const std::string& error) {
    if (error == "invalid_scope")
        return EndCause::scopeRefused;
    if (error == "unauthorized_client" || error == "invalid_request" || error == "invalid_target" ||
        error == "unsupported_response_type")
        return EndCause::appRefused;
    if (error == "temporarily_unavailable" || error == "server_error")
        return EndCause::unavailable;
    return std::nullopt;
}

std::optional<EndCause> causeOf(provider::ProviderErrorKind kind) {
    using Kind = provider::ProviderErrorKind;
    switch (kind) {
    case Kind::invalidGrant:
        return EndCause::codeRefused;
    case Kind::misconfigured:
        return EndCause::misconfigured;
    case Kind::rateLimited:
        return EndCause::busy;
    case Kind::transient:
    case Kind::ambiguous:
        return EndCause::unavailable;
    case Kind::protocol:
        return EndCause::notUnderstood;
    case Kind::accessDenied:
        break;
    }
    return std::nullopt;
}

// Returns the two values that isExpectedPerson found different. The log shows only the domain of an e-mail
// address.
std::string whyUnexpected(const domain::Link& link, const ConfiguredProvider& provider,
                          const domain::Identity& person) {
    if (!link.expectedUpstreamId.empty() && link.expectedUpstreamId != person.upstreamId)
        return differing("upstream id", person.upstreamId, "expected is", link.expectedUpstreamId);
    return differing("e-mail domain", domain::emailDomainOf(person.email), "allowed are",
                     domain::scopeText(provider.allowedEmailDomains));
}

} // namespace

CallbackService::CallbackService(const Parts& parts)
    : _parts(parts), _log(parts.logger.channel("central_oauth.callback")) {}

base::LinkId CallbackService::complete(const std::string& path, const CallbackParameters& parameters,
                                       const BrowserOf& browserOf, const RequestOrigin& origin) {
    auto place = _parts.upstream.tryEnter();
    if (!place)
        // The state is not spent yet: the person may reload the page.
        throw Error(ErrorCode::busy, "Too many people are coming back at once; reload in a moment.")
            .withRetryAfter(std::chrono::seconds(2));
    const auto taken = takeState(path, parameters, browserOf, origin);
    const auto& link = taken.link;
    const auto& provider = *_parts.providers.find(link.provider);
    if (base::nowOf(_parts.clock) >= link.expiresAt)
        return link.id;

    auto refusal = refusalOf(parameters, provider);
    domain::StagedGrant grant;
    if (!refusal)
        refusal = fetchGrant(taken, parameters.code, provider, origin, grant);
    try {
        if (!refusal && stage(link, grant, origin))
            return link.id;
    } catch (const Error&) {
        // The store did not take the grant, so no account holds it. The link stays open until it expires.
        _parts.dropped.giveUp(link, provider, grant);
        throw;
    }
    if (refusal)
        end(link, *refusal, origin);
    // No account holds this grant of upstream.
    _parts.dropped.giveUp(link, provider, grant);
    return link.id;
}

domain::TakenState CallbackService::takeState(const std::string& path, const CallbackParameters& parameters,
                                              const BrowserOf& browserOf, const RequestOrigin& origin) {
    if (parameters.state.empty())
        throw Error(ErrorCode::invalidRequest, "The state parameter is missing.");
    const domain::StateHash state{crypto::sha256(parameters.state.reveal())};
    const auto now = base::nowOf(_parts.clock);
    // Anybody can present a state. Only a state that exists waits for the writer.
    const bool isKnown = _parts.store.read(
        [&](const domain::ReadView& view) { return view.find(domain::LinkKey(state)).has_value(); });
    std::optional<domain::TakenState> taken;
    if (isKnown)
        taken = _parts.store.transact([&](domain::Transaction& transaction) {
            return domain::takeState(transaction, _parts.sealer, state, now);
        });
    if (!taken)
        throw Error(ErrorCode::invalidRequest, "This answer belongs to no link that is under way.",
                    "no link waits for state " + fingerprintOf(state.bytes));
    noteInLog(taken->link);
    const auto browser = browserOf(taken->link.id);
    const bool sameBrowser = BrowserProofs::owns(browser, taken->link);
    // Each provider has its own path, so that no answer passes for another provider's (RFC 9207 section 1).
    // Providers of one app share a path.
    const auto* const provider = _parts.providers.find(taken->link.provider);
    const bool sameProvider = provider != nullptr && provider->callbackPath() == path;
    if (!sameBrowser || !sameProvider) {
        // The state is spent, so this link can't continue. The next poll reports that to the link's creator.
        const auto detail = sameBrowser
                                ? differing("callback path", path, "the provider's",
                                            provider == nullptr ? "none" : provider->callbackPath())
                                : differing("browser", fingerprintOf(BrowserProofs::firstOwnerHash(browser)),
                                            "the link's", fingerprintOf(taken->link.browserHash));
        end(taken->link, {EndReason::upstreamError, EndCause::foreignCallback, detail}, origin,
            sameBrowser ? "other_provider" : "other_browser");
        throw Error(ErrorCode::invalidRequest, "This answer belongs to another browser or provider.", detail);
    }
    return std::move(*taken);
}

std::optional<CallbackService::Refusal> CallbackService::refusalOf(const CallbackParameters& parameters,
                                                                   const ConfiguredProvider& provider) const {
    const auto& expectedIssuer = provider.properties.issuer;
    if (!parameters.issuer.empty() && !expectedIssuer.empty() &&
        !base::sameUrl(parameters.issuer, expectedIssuer)) {
        return Refusal{EndReason::upstreamError, EndCause::foreignCallback,
                       differing("issuer", parameters.issuer, "the provider's", expectedIssuer)};
    }
    if (parameters.error == "access_denied")
        return Refusal{EndReason::declined};
    if (!parameters.error.empty() || parameters.code.empty()) {
        constexpr std::size_t longestShown = 100;
        const auto shown = base::displayText(parameters.error, longestShown);
        return Refusal{EndReason::upstreamError, causeOf(parameters.error),
                       "upstream answered the authorization with error \"" +
                           (shown.empty() ? std::string("none") : shown) + "\""};
    }
    return std::nullopt;
}

// Returns why the grant is refused. The tokens of a refused grant stay valid upstream, and no account holds
// them. An account that was linked earlier stays linked.
std::optional<CallbackService::Refusal> CallbackService::fetchGrant(const domain::TakenState& taken,
                                                                    const provider::Secret& code,
                                                                    const ConfiguredProvider& provider,
                                                                    const RequestOrigin& origin,
                                                                    domain::StagedGrant& grant) const {
    try {
        FreshGrant fresh(provider, _parts.clock, _log, origin, grant);
        fresh.exchange(code, taken.authorization.codeVerifier);
        auto refusal = describeGrant(taken.link, provider, fresh);
        // A refreshed grant may have fewer scopes.
        return refusal ? refusal : scopesRefusal(taken.link, grant);
    } catch (const provider::ProviderError& failure) {
        logProviderError(_log, "code exchange failed", provider.name, failure);
        if (failure.kind() == provider::ProviderErrorKind::accessDenied)
            return Refusal{EndReason::declined, std::nullopt, failure.what()};
        const auto cause = failure.localFault() == provider::LocalFault::none ? causeOf(failure.kind())
                                                                              : EndCause::serviceNetwork;
        return Refusal{EndReason::upstreamError, cause, failure.what()};
    } catch (const Error& failure) {
        _log.error("code exchange failed", {{"provider", provider.name}, {"detail", failure.what()}});
        return Refusal{EndReason::upstreamError, EndCause::notUnderstood, failure.what()};
    }
}

std::optional<CallbackService::Refusal> CallbackService::scopesRefusal(const domain::Link& link,
                                                                       const domain::StagedGrant& grant) {
    if (domain::missingScopes(link.requiredScopes, grant.scopes).empty())
        return std::nullopt;
    return Refusal{EndReason::scopesMissing, std::nullopt,
                   differing("required scopes", domain::scopeText(link.requiredScopes), "granted",
                             domain::scopeText(grant.scopes))};
}

// Reads the grant's owner and its sites. Returns why the link can't accept the grant, or nullopt if it can.
std::optional<CallbackService::Refusal> CallbackService::describeGrant(const domain::Link& link,
                                                                       const ConfiguredProvider& provider,
                                                                       FreshGrant& fresh) const {
    auto& grant = fresh.grant();
    if (grant.refreshToken.empty())
        return Refusal{EndReason::noRefreshToken};
    const auto* identity = extensionOf<provider::IdentityReader>(*provider.plugin);
    if (identity == nullptr)
        throw provider::ProviderError(provider::ProviderErrorKind::protocol,
                                      "the plugin can't read identities");
    if (auto refusal = scopesRefusal(link, grant)) {
        readOwner(provider, fresh);
        return refusal;
    }
    grant.identity = fresh.read(*identity);
    if (!isExpectedPerson(link, provider.allowedEmailDomains, grant.identity))
        return Refusal{EndReason::differentPerson, std::nullopt,
                       whyUnexpected(link, provider, grant.identity)};
    const auto* sites = extensionOf<provider::SiteLister>(*provider.plugin);
    if (sites == nullptr)
        return std::nullopt;
    grant.sites = fresh.list(*sites);
    if (grant.sites.empty())
        return Refusal{EndReason::noSite, std::nullopt,
                       "upstream lists no site for person " + grant.identity.upstreamId};
    const auto eligible = eligibleSites(grant.sites, link.wantedSite, provider.allowedSites);
    if (eligible.empty())
        return Refusal{EndReason::siteNotAllowed, std::nullopt,
                       differing("the grant reaches", siteNames(grant.sites), "wanted is", link.wantedSite) +
                           ", allowed are \"" + domain::scopeText(provider.allowedSites) + "\""};
    // Never choose by order: the person chooses among several sites.
    if (eligible.size() == 1)
        grant.chosenSite = eligible.front().id;
    return std::nullopt;
}

// Reads the owner of a refused grant. Without the owner, the service can't know whether another account rests
// on the grant.
void CallbackService::readOwner(const ConfiguredProvider& provider, FreshGrant& fresh) const {
    if (!_parts.dropped.isWanted(provider))
        return;
    try {
        const auto* identity = extensionOf<provider::IdentityReader>(*provider.plugin);
        fresh.grant().identity = fresh.read(*identity);
    } catch (const provider::ProviderError& failure) {
        logProviderError(_log, "the owner of a refused grant can't be read", provider.name, failure);
    } catch (const Error& failure) {
        _log.warning("the owner of a refused grant can't be read",
                     {{"provider", provider.name}, {"detail", failure.what()}});
    }
}

bool CallbackService::stage(const domain::Link& link, const domain::StagedGrant& grant,
                            const RequestOrigin& origin) {
    const auto now = base::nowOf(_parts.clock);
    // A poll has already reported this link expired; it must stay expired.
    if (now >= link.expiresAt)
        return false;
    const auto expiresAt = std::max<base::Timestamp>(link.expiresAt, now + deliveryTime);
    return _parts.store.transact([&](domain::Transaction& transaction) {
        if (!stageGrant(transaction, _parts.sealer, link.id, grant, now, expiresAt))
            return false;
        transaction.record(entryOf(link, browserOf(origin), "link.staged", "ok", now));
        return true;
    });
}

// Logs the one line that says why a link has failed. Its detail has both values of a failed comparison.
void CallbackService::logEnd(const domain::Link& link, const Refusal& refusal) const {
    const logging::RequestScope scope("");
    noteInLog(link);
    logging::RequestScope::note("reason", nameOf(refusal.reason));
    if (refusal.cause)
        logging::RequestScope::note("end_cause", nameOf(*refusal.cause));
    if (refusal.reason == EndReason::upstreamError)
        logging::RequestScope::note("cause", base::nameOf(services::causeOf(refusal.cause)));
    logging::RequestScope::note("detail", refusal.detail);
    if (refusal.reason == EndReason::declined)
        _log.info("link ended without a grant");
    else
        _log.warning("link ended without a grant");
}

// Ends the link. `foreign` is the outcome of a foreign callback, which is recorded as well. It is empty if
// the callback was not foreign.
void CallbackService::end(const domain::Link& link, const Refusal& refusal, const RequestOrigin& origin,
                          std::string_view foreign) {
    const auto now = base::nowOf(_parts.clock);
    const bool hasEnded = _parts.store.transact([&](domain::Transaction& transaction) {
        const auto ended = endLink(transaction, link.id, refusal.reason, now, refusal.cause);
        if (ended)
            transaction.record(entryOf(link, browserOf(origin), "link.ended", nameOf(refusal.reason), now));
        if (!foreign.empty())
            transaction.record(entryOf(link, browserOf(origin), "link.foreign_callback", foreign, now));
        return ended.has_value();
    });
    if (hasEnded)
        logEnd(link, refusal);
}

} // namespace central_oauth::services
