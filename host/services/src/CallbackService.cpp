// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/CallbackService.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/services/GrantRules.h"
#include "central_oauth/services/LinkRules.h"
#include "central_oauth/services/ProviderErrors.h"
#include "central_oauth/services/Scopes.h"
#include "central_oauth/services/Sites.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;
using store::EndCause;
using store::EndReason;

// A person waits in front of the browser, and a code may live ten seconds only.
constexpr std::chrono::seconds exchangeTime{20};

// An error in the callback's query, by its name in RFC 6749 section 4.1.2.1 or upstream's own.
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

provider::Call callNow(const Source& source) {
    return {std::chrono::steady_clock::now() + exchangeTime, source.requestId};
}

} // namespace

CallbackService::CallbackService(const Parts& parts)
    : _parts(parts), _log(parts.logger.channel("central_oauth.callback")) {}

base::LinkId CallbackService::complete(const std::string& path, const CallbackParameters& parameters,
                                       const Browser& browser, const Source& source) {
    auto place = _parts.upstream.tryEnter();
    if (!place)
        // The state is not spent yet: the person may load the page again.
        throw Error(ErrorCode::busy, "Too many people are coming back at once; reload in a moment.")
            .withRetryAfter(std::chrono::seconds(2));
    const auto taken = takeState(path, parameters, browser, source);
    const auto& link = taken.link;
    const auto& provider = *_parts.providers.find(link.provider);
    if (base::nowOf(_parts.clock) >= link.expiresAt)
        return link.id;

    auto refusal = refusalOf(parameters, provider);
    store::StagedGrant grant;
    if (!refusal)
        refusal = fetchGrant(taken, parameters.code, provider, source, grant);
    place.reset(); // a revocation takes one of its own
    if (!refusal && stage(link, grant)) {
        _parts.news.record(link, LinkNews::browser, "link.staged", "ok", source);
        return link.id;
    }
    if (refusal)
        end(link, *refusal, source);
    giveUp(link, grant, source);
    return link.id;
}

store::TakenState CallbackService::takeState(const std::string& path, const CallbackParameters& parameters,
                                             const Browser& browser, const Source& source) {
    if (parameters.state.empty())
        throw Error(ErrorCode::invalidRequest, "The state parameter is missing.");
    auto taken = _parts.links.takeState(crypto::sha256(parameters.state.reveal()));
    if (!taken)
        throw Error(ErrorCode::invalidRequest, "This answer belongs to no link that is under way.");
    const bool sameBrowser =
        !browser.id.empty() &&
        crypto::constantTimeEquals(taken->link.browserHash, BrowserProofs::hashOf(browser));
    // Each provider has its own path, so that no other's answer is taken for its (RFC 9207 section 1); those
    // of one app share one.
    const auto* const provider = _parts.providers.find(taken->link.provider);
    const bool sameProvider = provider != nullptr && provider->callbackPath() == path;
    if (!sameBrowser || !sameProvider) {
        // The state is spent, so this link can't go on; its creator learns it at the next poll.
        end(taken->link, {EndReason::upstreamError, EndCause::foreignCallback}, source);
        _parts.news.record(taken->link, LinkNews::browser, "link.foreign_callback",
                           sameBrowser ? "other_provider" : "other_browser", source);
        throw Error(ErrorCode::invalidRequest, "This answer belongs to another browser or provider.");
    }
    return std::move(*taken);
}

std::optional<CallbackService::Refusal> CallbackService::refusalOf(const CallbackParameters& parameters,
                                                                   const ConfiguredProvider& provider) const {
    const auto& expectedIssuer = provider.properties.issuer;
    if (!parameters.issuer.empty() && !expectedIssuer.empty() && parameters.issuer != expectedIssuer) {
        _log.error("callback with a foreign issuer", {{"provider", provider.name}});
        return Refusal{EndReason::upstreamError, EndCause::foreignCallback};
    }
    if (parameters.error == "access_denied")
        return Refusal{EndReason::declined, std::nullopt};
    if (!parameters.error.empty() || parameters.code.empty()) {
        _log.warning(
            "upstream answered the authorization with an error",
            {{"provider", provider.name}, {"error", parameters.error.empty() ? "none" : parameters.error}});
        return Refusal{EndReason::upstreamError, causeOf(parameters.error)};
    }
    return std::nullopt;
}

// What is refused here has left tokens upstream that nobody keeps; whoever was linked before stays so.
std::optional<CallbackService::Refusal> CallbackService::fetchGrant(const store::TakenState& taken,
                                                                    const provider::Secret& code,
                                                                    const ConfiguredProvider& provider,
                                                                    const Source& source,
                                                                    store::StagedGrant& grant) const {
    try {
        exchange(taken, code, provider, source, grant);
        if (const auto unwanted = describeGrant(taken.link, provider, source, grant))
            return Refusal{*unwanted, std::nullopt};
        return std::nullopt;
    } catch (const provider::ProviderError& failure) {
        logProviderError(_log, "code exchange failed", provider.name, failure);
        if (failure.kind() == provider::ProviderErrorKind::accessDenied)
            return Refusal{EndReason::declined, std::nullopt};
        return Refusal{EndReason::upstreamError, causeOf(failure.kind())};
    } catch (const Error& failure) {
        _log.error("code exchange failed", {{"provider", provider.name}, {"detail", failure.what()}});
        return Refusal{EndReason::upstreamError, EndCause::notUnderstood};
    }
}

// Whose grant it is and what it reaches; and why it is none that this link wants.
std::optional<EndReason> CallbackService::describeGrant(const store::Link& link,
                                                        const ConfiguredProvider& provider,
                                                        const Source& source,
                                                        store::StagedGrant& grant) const {
    if (grant.refreshToken.empty())
        return EndReason::noRefreshToken;
    const auto* identity = extensionOf<provider::IdentityReader>(*provider.provider);
    if (identity == nullptr)
        throw provider::ProviderError(provider::ProviderErrorKind::protocol,
                                      "the plugin can't read identities");
    if (!missingScopes(link.requiredScopes, grant.scopes).empty())
        return EndReason::scopesMissing;
    grant.identity = identity->readIdentity(grant.accessToken, callNow(source));
    if (!isWantedPerson(link, provider, grant.identity))
        return EndReason::differentPerson;
    const auto* sites = extensionOf<provider::SiteLister>(*provider.provider);
    if (sites == nullptr)
        return std::nullopt;
    grant.sites = sites->listSites(grant.accessToken, callNow(source));
    const auto eligible = eligibleSites(grant.sites, link.wantedSite, provider.allowedSites);
    if (eligible.empty())
        return EndReason::siteNotAllowed;
    // Never by order: among several the person chooses.
    if (eligible.size() == 1)
        grant.chosenSite = eligible.front().id;
    return std::nullopt;
}

void CallbackService::exchange(const store::TakenState& taken, const provider::Secret& code,
                               const ConfiguredProvider& provider, const Source& source,
                               store::StagedGrant& grant) const {
    provider::CodeExchange exchange;
    exchange.code = code.clone();
    exchange.redirectUri = provider.redirectUri;
    exchange.codeVerifier = taken.authorization.codeVerifier.clone();
    auto tokens = provider.provider->exchange(exchange, callNow(source));
    grant.accessExpiresAt = base::nowOf(_parts.clock) + tokens.expiresIn;
    grant.accessToken = std::move(tokens.accessToken);
    grant.refreshToken = std::move(tokens.refreshToken);
    // RFC 6749 section 5.1: no scope in the answer means all that was asked for.
    grant.scopes = tokens.scopes.empty() ? provider.scopes : std::move(tokens.scopes);
}

bool CallbackService::stage(const store::Link& link, const store::StagedGrant& grant) {
    // Who polls has been told that it expired: what is told once stays so.
    const auto now = base::nowOf(_parts.clock);
    if (now >= link.expiresAt)
        return false;
    if (!_parts.links.stage(link.id, grant, now, std::max(link.expiresAt, now + deliveryTime)))
        return false;
    _parts.news.changed(link.id);
    return true;
}

// Nobody keeps what upstream has granted here.
void CallbackService::giveUp(const store::Link& link, const store::StagedGrant& grant, const Source& source) {
    if (grant.refreshToken.empty())
        return;
    const auto outcome = _parts.revocation.revoke(
        {link.provider, grant.identity.upstreamId, grant.refreshToken}, UpstreamChoice::automatic, source);
    if (outcome != UpstreamOutcome::skipped)
        _parts.news.recordAfterwards(link, LinkNews::browser, "link.upstream_revocation",
                                     std::string(upstreamOutcomeName(outcome)), source);
}

void CallbackService::end(const store::Link& link, const Refusal& refusal, const Source& source) {
    if (!_parts.links.end(link.id, refusal.reason, base::nowOf(_parts.clock), refusal.cause))
        return;
    _parts.news.finished(link.id);
    _parts.news.recordAfterwards(link, LinkNews::browser, "link.ended",
                                 std::string(store::endReasonName(refusal.reason)), source);
}

} // namespace central_oauth::services
