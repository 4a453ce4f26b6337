// SPDX-License-Identifier: Apache-2.0
// The creation of a link: what is asked for, whether there is room for it, and its three values.
#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/LinkCode.h"
#include "central_oauth/services/LinkRules.h"
#include "central_oauth/services/LinkService.h"
#include "central_oauth/services/LogFields.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

namespace {

using base::Error;
using base::ErrorCode;

constexpr int allLiveLinks = 10'000;
constexpr int liveLinksOfSubject = 5;
constexpr BucketRate creationsOfSubject{10, 10};

} // namespace

// Everything but the address and program of the requester, who is no part of what is asked for.
domain::Link LinkService::wantedLink(const Caller& caller, const LinkRequest& request) const {
    domain::Link link;
    link.secretHash = verifierHashOf(request);
    link.proof = link.secretHash.empty() ? domain::PollProof::secret : domain::PollProof::verifier;
    link.provider = request.provider;
    link.subject = request.subject;
    link.wantedPerson = request.expectedPerson;
    if (!request.account.empty()) {
        const auto account = accountOf(caller, request);
        link.wantedAccount = account.id;
        link.provider = account.provider;
        link.subject = account.subject;
        link.wantedPerson = account.identity.upstreamId;
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
    auto account = _parts.accounts.find(caller.client.id, request.account);
    requireSame(account.has_value(), "account_id is none of this client's");
    noteInLog(*account);
    requireSame(caller.reaches(*account), caller.whyUnreached(*account));
    requireSame(request.provider.empty() || request.provider == account->provider,
                differing("provider", request.provider, "the account's", account->provider));
    requireSame(request.subject.empty() || request.subject == account->subject,
                differing("subject", request.subject, "the account's", account->subject));
    if (!request.expectedPerson.empty() && request.expectedPerson != account->identity.upstreamId)
        throw Error(ErrorCode::invalidRequest,
                    "expected_upstream_id is not the person of that account; leave it out beside account_id.",
                    differing("expected_upstream_id", request.expectedPerson, "the account's",
                              account->identity.upstreamId));
    return std::move(*account);
}

// Costs no look-up. `bucket` stands for the subject: what one subject is refused must not use up the
// client's.
void LinkService::checkPace(const Caller& caller, const LinkRequest& request, const Source& source) {
    const auto refuse = [](std::chrono::seconds wait, const std::string& hint) {
        throw Error(ErrorCode::tooManyRequests, hint).withRetryAfter(wait);
    };
    // A public client is on many machines, and its subjects are anybody's to make up: there the requester's
    // address stands for them. Whose account is linked again is not known yet, so its id does.
    const bool isPublic = caller.client.kind == domain::ClientKind::publicClient;
    // A NUL can't be in an id or a subject, so none can be made to share another's bucket.
    std::string bucket = caller.client.id.value() + '\0';
    if (isPublic)
        bucket += source.address;
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

void LinkService::checkRoom(const Caller& caller, const domain::Link& link) const {
    const auto& client = caller.client;
    const auto refuse = [](std::chrono::seconds wait, const std::string& hint) {
        throw Error(ErrorCode::tooManyRequests, hint).withRetryAfter(wait);
    };
    const auto live = _parts.links.countLive(client.id, link.subject, base::nowOf(_parts.clock));
    if (live.all >= allLiveLinks)
        throw Error(ErrorCode::busy, "The service has as many open links as it takes.")
            .withRetryAfter(std::chrono::seconds(30));
    if (live.ofClient >= client.liveLinks)
        refuse(std::chrono::seconds(30),
               "This client has as many open links as it may have; let them finish or "
               "cancel one, as with central-oauth login --cancel.");
    // Without a subject, links have nothing in common but their client.
    if (!link.subject.empty() && live.ofSubject >= std::min(liveLinksOfSubject, client.liveLinks))
        refuse(std::chrono::seconds(30),
               "This subject has five open links; let them finish or cancel one, as "
               "with central-oauth login --cancel.");
    if (!link.wantedAccount.empty())
        return;
    if (live.accounts >= client.maxAccounts)
        refuse(std::chrono::hours(1),
               "This client has as many accounts as it may have; delete one, or ask the operator.");
    // Each open link may become an account.
    if (live.accounts + live.ofClient >= client.maxAccounts)
        refuse(std::chrono::seconds(30),
               "With its open links this client has as many accounts as it may have.");
}

CreatedLink LinkService::create(const Caller& caller, const LinkRequest& request, const Source& source) {
    constexpr std::size_t idBytes = 16;
    constexpr std::size_t longestProgram = 200;
    caller.require("link");
    checkTexts(request, caller.client);
    requirePerson(request, caller.client);
    domain::Link fresh;
    auto& link = fresh;
    // The buckets come before the first look-up, which is the account's where there is one. What can be told
    // to be wrong without a look-up uses up nothing.
    if (!request.account.empty())
        checkPace(caller, request, source);
    link = wantedLink(caller, request);
    if (request.account.empty())
        checkPace(caller, request, source);
    fresh.issuer = caller.issuer();
    link.requesterAddress = source.address;
    link.requesterProgram = base::displayText(source.program, longestProgram);
    const auto oneAtATime = _creating.take();
    checkRoom(caller, link);

    CreatedLink created;
    created.interval = PollPacer::firstInterval;
    if (link.proof == domain::PollProof::secret) {
        auto secret = crypto::issueCredential(crypto::CredentialKind::linkSecret);
        created.secret = std::move(secret.text);
        link.secretHash = secret.hash;
    }
    link.id = base::LinkId("lnk_" + crypto::randomToken(idBytes));
    link.createdAt = base::nowOf(_parts.clock);
    link.expiresAt = link.createdAt + _parts.linkLife;
    link.expiresAt = std::min(link.expiresAt, caller.issuerEnds.value_or(link.expiresAt));
    created.expiresIn = link.expiresAt - link.createdAt;
    // A taken code is drawn again: within 24 hours no code is issued twice.
    constexpr int draws = 10;
    for (int draw = 0; draw < draws; ++draw) {
        if (keep(fresh, created)) {
            noteInLog(link);
            _parts.news.record(link, caller.actor(), "link.created", "ok", source);
            return created;
        }
    }
    throw Error(ErrorCode::internal, {}, "no free link code in ten draws");
}

// False: the code is taken.
bool LinkService::keep(domain::Link& fresh, CreatedLink& created) {
    constexpr std::size_t handleBytes = 16;
    created.code = makeLinkCode();
    created.handle = provider::Secret(crypto::randomToken(handleBytes));
    fresh.codeHash = _parts.hasher.hash(purpose::linkCode, created.code);
    fresh.handleHash = crypto::sha256(created.handle.reveal());
    if (!_parts.links.create(fresh))
        return false;
    _parts.verifiers.add(
        {fresh.id, fresh.client, fresh.proof, fresh.codeHash, fresh.secretHash, fresh.expiresAt});
    created.link = fresh;
    return true;
}

} // namespace central_oauth::services
