// SPDX-License-Identifier: Apache-2.0
// The creation of a link: the request's fields, the limits, and the link's three values.
#include "central_oauth/base/CredentialKind.h"
#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/OpaqueText.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/domain/Labels.h"
#include "central_oauth/domain/Linking.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/links/LinkRules.h"
#include "central_oauth/services/links/LinkService.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;

constexpr base::BucketRate creationsOfSubject{10, 10};

[[noreturn]] void refuse(const std::string& hint) {
    throw Error(ErrorCode::invalidRequest, hint);
}

/// A text for comparison by programs only.
void checkOpaque(const std::string& name, const std::string& text, std::size_t longest) {
    if (text.size() > longest)
        refuse(name + " takes at most " + std::to_string(longest) + " bytes, and this has " +
               std::to_string(text.size()) + "; use a shorter id.");
    const auto fault = base::opaqueFaultOf(text, longest);
    if (fault == base::OpaqueFault::notText)
        refuse(name + " takes no control characters; remove them.");
    if (fault == base::OpaqueFault::outerBlank || (fault == base::OpaqueFault::empty && !text.empty()))
        refuse(name + " begins or ends with a blank; trim it.");
}

// Throws unless the site is an id or an address (RFC 3986 section 2). The page shows the site, so it must not
// be a sentence.
void checkSite(const std::string& site) {
    const bool isAddress = base::consistsOf(site, base::isUrlCharacter);
    if (!site.empty() && (!isAddress || !base::isAlphanumeric(site.front())))
        refuse("site is a cloud id or the site's https URL, without spaces, such as "
               "https://acme.atlassian.net.");
}

// Returns the caller's text only if it can be a scope (RFC 6749 section 3.3) and can't be a secret.
std::string shownScope(const std::string& scope) {
    constexpr std::size_t longest = 100;
    const bool isScope = !scope.empty() && scope.size() <= longest && !base::looksLikeCredential(scope) &&
                         base::consistsOf(scope, base::isScopeCharacter);
    return isScope ? "\"" + scope + "\"" : std::string("a text");
}

// Returns the SHA-256 of the verifier, which the challenge encodes. Returns an empty text without a
// challenge.
std::string verifierHashOf(const LinkRequest& request) {
    constexpr std::string_view method = "S256";
    if (request.codeChallenge.empty() && request.codeChallengeMethod.empty())
        return {};
    if (request.codeChallenge.empty())
        refuse("code_challenge is missing; send it beside code_challenge_method, or leave both out.");
    if (request.codeChallengeMethod != method)
        refuse("code_challenge_method is \"S256\", and nothing else, wherever there is a code_challenge.");
    const auto hash = crypto::decodeBase64Url(request.codeChallenge);
    if (!hash || hash->size() != 32)
        refuse("code_challenge is the SHA-256 of the code verifier in base64url without padding: 43 "
               "characters.");
    return *hash;
}

// Throws tooManyRequests if the client has no room for the account that the link may create. `openLinks` is
// the number of its other live links.
void requireRoomForAccount(const domain::ReadView& view, const domain::Client& client,
                           std::size_t openLinks) {
    const auto refuse = [](std::chrono::seconds wait, const std::string& hint) {
        throw Error(ErrorCode::tooManyRequests, hint).withRetryAfter(wait);
    };
    const auto most = static_cast<std::size_t>(std::max(client.maxAccounts, 0));
    const auto accounts = view.count(domain::AccountFilter{.client = client.id});
    if (accounts >= most)
        refuse(std::chrono::hours(1),
               "This client has as many accounts as it may have; delete one, or ask the operator.");
    // Each open link may become an account.
    if (accounts + openLinks >= most)
        refuse(std::chrono::seconds(30),
               "With its open links this client has as many accounts as it may have.");
}

} // namespace

void checkTexts(const LinkRequest& request, const domain::Client& client) {
    if (client.requireSubject && request.subject.empty())
        refuse("This client has to say for which of its users the link is: send subject.");
    if (client.kind != domain::ClientKind::confidential && !request.onBehalfOf.empty())
        refuse("on_behalf_of is for confidential clients, whose word can be told apart; leave it out.");
    checkOpaque("subject", request.subject, base::longestSubject);
    if (!request.subject.empty() && !base::hasVisibleText(request.subject))
        refuse("subject shows nothing; use an id with a visible character.");
    domain::requireLabel(request.label);
    domain::requireLabel(request.onBehalfOf, "on_behalf_of");
    checkOpaque("site", request.site, 256);
    checkSite(request.site);
    checkOpaque("account_id", request.account.value(), 128);
    checkOpaque("expected_upstream_id", request.expectedUpstreamId, 128);
    domain::requirePrintable(request.loginHint, 254, "login_hint");
}

void requirePerson(const LinkRequest& request, const domain::Client& client) {
    if (client.requireOnBehalfOf && !base::hasVisibleText(request.onBehalfOf))
        refuse("This client has to say who asks for the link: send on_behalf_of, the name that its user goes "
               "by, "
               "such as \"Bob\". The page shows it, so that nobody gives their account to somebody else.");
}

const ConfiguredProvider& requireProvider(const ProviderCatalog& providers, const std::string& name) {
    const auto& all = providers.all();
    if (name.empty()) {
        if (all.size() == 1)
            return all.front();
        refuse("Name the provider; GET /v1/providers lists them.");
    }
    if (const auto* found = providers.find(name))
        return *found;
    refuse("There is no provider of that name; GET /v1/providers lists them.");
}

std::vector<std::string> requiredScopesOf(const LinkRequest& request, const ConfiguredProvider& provider) {
    constexpr std::size_t most = 50;
    if (request.requiredScopes.size() > most)
        refuse("required_scopes takes at most " + std::to_string(most) + " scopes.");
    std::vector<std::string> scopes;
    const auto holds = [](const std::vector<std::string>& all, const std::string& scope) {
        return std::find(all.begin(), all.end(), scope) != all.end();
    };
    for (const auto& scope : request.requiredScopes) {
        if (!holds(provider.scopes, scope))
            refuse("required_scopes holds " + shownScope(scope) + ", which is no scope of the provider " +
                   provider.name + "; GET /v1/providers lists its scopes.");
        if (!holds(scopes, scope))
            scopes.push_back(scope);
    }
    return scopes;
}

// Returns the link as far as the request describes it. `create` adds the rest.
domain::Link LinkService::wantedLink(const Caller& caller, const LinkRequest& request) const {
    domain::Link link;
    link.secretHash = verifierHashOf(request);
    link.proof = link.secretHash.empty() ? domain::PollMethod::secret : domain::PollMethod::verifier;
    link.provider = request.provider;
    link.subject = request.subject;
    link.expectedUpstreamId = request.expectedUpstreamId;
    if (!request.account.empty()) {
        const auto account = accountOf(caller, request);
        link.relinkAccount = account.id;
        link.provider = account.provider;
        link.subject = account.subject;
        link.expectedUpstreamId = account.identity.upstreamId;
    }
    const auto& provider = requireProvider(_parts.providers, link.provider);
    link.provider = provider.name;
    link.requiredScopes = requiredScopesOf(request, provider);
    link.client = caller.client.id;
    link.label = request.label;
    link.onBehalfOf = request.onBehalfOf;
    link.wantedSite = request.site;
    link.loginHint = request.loginHint;
    return link;
}

domain::Account LinkService::accountOf(const Caller& caller, const LinkRequest& request) const {
    const auto requireSame = [](bool isSame, const std::string& detail) {
        if (!isSame)
            throw Error(
                ErrorCode::notFound,
                "There is no such account of that provider and subject; GET /v1/accounts lists yours.",
                detail);
    };
    auto account = _parts.store.read(
        [&](const domain::ReadView& view) { return findAccount(view, caller, request.account); });
    requireSame(account && account->client == caller.client.id, "account_id is none of this client's");
    noteInLog(*account);
    requireSame(caller.reaches(*account), caller.whyUnreached(*account));
    requireSame(request.provider.empty() || request.provider == account->provider,
                differing("provider", request.provider, "the account's", account->provider));
    requireSame(request.subject.empty() || request.subject == account->subject,
                differing("subject", request.subject, "the account's", account->subject));
    if (!request.expectedUpstreamId.empty() && request.expectedUpstreamId != account->identity.upstreamId)
        throw Error(ErrorCode::invalidRequest,
                    "expected_upstream_id is not the person of that account; leave it out beside account_id.",
                    differing("expected_upstream_id", request.expectedUpstreamId, "the account's",
                              account->identity.upstreamId));
    return std::move(*account);
}

// Throws if requests for links come too fast. Costs no look-up. The subject's bucket comes first, so that
// refused requests of one subject do not use up the client's bucket.
void LinkService::checkPace(const Caller& caller, const LinkRequest& request, const RequestOrigin& origin) {
    const auto refuse = [](std::chrono::seconds wait, const std::string& hint) {
        throw Error(ErrorCode::tooManyRequests, hint).withRetryAfter(wait);
    };
    // A public client runs on many machines, and anybody can invent its subjects: the requester's address
    // stands for the subject there. The subject of an account that is linked again is not known yet: the
    // account's id stands for the subject.
    const bool isPublic = caller.client.kind == domain::ClientKind::publicClient;
    // An id or a subject contains no NUL, so nobody can forge the key of another bucket.
    std::string bucket = caller.client.id.value() + '\0';
    if (isPublic)
        bucket += origin.address;
    else if (request.account.empty())
        bucket += request.subject;
    else
        bucket = caller.bucket() + '\0' + request.account.value();
    const bool isOfClientAlone = !isPublic && request.account.empty() && request.subject.empty();
    if (const auto wait = isOfClientAlone ? std::nullopt : _creations.take(bucket, creationsOfSubject))
        refuse(*wait, isPublic ? "Too many links from this address within a minute."
                               : "Too many links for this subject within a minute.");
    const double perMinute = caller.client.linksPerMinute;
    if (const auto wait = _creations.take(caller.client.id.value(), {perMinute, perMinute}))
        refuse(*wait, "This client creates links too fast.");
}

CreatedLink LinkService::create(const Caller& caller, const LinkRequest& request,
                                const RequestOrigin& origin) {
    constexpr std::size_t idBytes = 16;
    constexpr std::size_t longestProgram = 200;
    caller.require("link");
    checkTexts(request, caller.client);
    requirePerson(request, caller.client);
    // The check of the pace precedes the first look-up, and wantedLink looks up the account if the request
    // names one. Otherwise the check follows wantedLink, so that a request with a mistake uses up nothing.
    if (!request.account.empty())
        checkPace(caller, request, origin);
    auto link = wantedLink(caller, request);
    if (request.account.empty())
        checkPace(caller, request, origin);

    CreatedLink created;
    created.interval = PollPacer::firstInterval;
    if (link.proof == domain::PollMethod::secret) {
        auto secret = crypto::issueCredential(crypto::CredentialKind::linkSecret);
        created.secret = std::move(secret.text);
        link.secretHash = secret.hash;
    }
    link.id = base::LinkId("lnk_" + crypto::randomToken(idBytes));
    link.issuer = caller.issuer();
    link.requesterAddress = origin.address;
    link.requesterProgram = base::displayText(origin.program, longestProgram);
    link.createdAt = base::nowOf(_parts.clock);
    link.expiresAt = link.createdAt + _parts.linkLife;
    created.link = addWithFreeCode(caller, std::move(link), created, origin);
    created.expiresIn = created.link.expiresAt - created.link.createdAt;
    _parts.authenticator.add(created.link);
    noteInLog(created.link);
    return created;
}

// Replaces a code that is taken: within 24 hours no code is issued twice.
domain::Link LinkService::addWithFreeCode(const Caller& caller, domain::Link link, CreatedLink& created,
                                          const RequestOrigin& origin) {
    constexpr int draws = 10;
    auto place = _parts.liveLinks.take(caller.client, link);
    for (int draw = 0; draw < draws; ++draw) {
        drawCode(link, created);
        auto added = add(caller, link, place, origin);
        if (!added)
            continue;
        place.keep();
        return std::move(*added);
    }
    throw Error(ErrorCode::internal, {}, "no free link code in ten draws");
}

void LinkService::drawCode(domain::Link& link, CreatedLink& created) const {
    constexpr std::size_t handleBytes = 16;
    created.code = makeLinkCode();
    created.handle = provider::Secret(crypto::randomToken(handleBytes));
    link.codeHash = _parts.hasher.hash(purpose::linkCode, created.code);
    link.handleHash = crypto::sha256(created.handle.reveal());
}

// Stores the link. Returns nullopt if the code is taken. If a concurrent transaction took the code, the store
// reports a conflict.
std::optional<domain::Link> LinkService::add(const Caller& caller, const domain::Link& link,
                                             LiveLinks::Place& place, const RequestOrigin& origin) {
    try {
        return _parts.store.transact([&](domain::Transaction& transaction) {
            transaction.lock(link.client);
            if (link.relinkAccount.empty())
                requireRoomForAccount(transaction, caller.client, place.others());
            auto added = addLink(transaction, link);
            if (added)
                transaction.record(
                    entryOf(*added, actorOf(caller, origin), "link.created", "ok", link.createdAt));
            return added;
        });
    } catch (const Error& failure) {
        if (failure.code() == ErrorCode::storeUnavailable && mayBeStored(link.id))
            place.keep();
        if (failure.code() != ErrorCode::conflict)
            throw;
        return std::nullopt;
    }
}

// A transaction that failed while it was committed may have become durable.
bool LinkService::mayBeStored(const base::LinkId& id) const {
    try {
        return _parts.store.read(
            [&](const domain::ReadView& view) { return view.find(domain::LinkKey(id)).has_value(); });
    } catch (const Error&) {
        return true;
    }
}

} // namespace central_oauth::services
