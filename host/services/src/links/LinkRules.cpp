// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/links/LinkRules.h"

#include "central_oauth/base/TypedDigits.h"
#include "central_oauth/crypto/Random.h"

#include <algorithm>
#include <string>
#include <utility>

namespace central_oauth::services {

namespace {

std::string hintOf(domain::EndReason reason) {
    switch (reason) {
    case domain::EndReason::declined:
        return "The person declined.";
    case domain::EndReason::upstreamError:
        return "Upstream did not give a grant; the page told the person why, and `cause` says who has to "
               "act. Create a new link.";
    case domain::EndReason::tooManyEntries:
        return "The code was typed wrongly five times. Create a new link.";
    case domain::EndReason::differentPerson:
        return "Another person consented than the link is for: not the one of account_id or "
               "expected_upstream_id, or none of a mail domain that the operator allows. Create a new link, "
               "and let the right person consent.";
    case domain::EndReason::siteNotAllowed:
        return "The grant does not reach the wanted site, or the operator does not allow it. "
               "Pass `site` (a cloud id or the site's URL) when you create the link.";
    case domain::EndReason::noSite:
        return "The person consented, but that account reaches no site at all. Create a new link, and let "
               "the "
               "person consent with an account that has access to a site.";
    case domain::EndReason::scopesMissing:
        return "Upstream granted less than required_scopes asks for. Let the person agree to everything, or "
               "the "
               "operator add the scopes to the app.";
    case domain::EndReason::noRefreshToken:
        return "Upstream gave no refresh token; the operator must allow offline access for the app.";
    case domain::EndReason::undone:
        return "The person took the approval back; nothing of it is kept here.";
    case domain::EndReason::cancelled:
        return "The link was cancelled by its creator.";
    }
    return {};
}

} // namespace

std::string makeLinkCode() {
    return crypto::randomDigits(linkCodeDigits);
}

std::optional<std::string> normaliseLinkCode(std::string_view text) {
    auto read = base::readTypedDigits(text);
    return read.isCode(linkCodeDigits) ? std::optional(std::move(read.digits)) : std::nullopt;
}

std::string displayLinkCode(const std::string& digits) {
    return digits.substr(0, 4) + "-" + digits.substr(4, 4) + "-" + digits.substr(8);
}

domain::AuditEntry entryOf(const domain::Link& link, domain::Actor actor, std::string action,
                           std::string_view outcome, base::Timestamp now) {
    return {.at = now,
            .actor = std::move(actor),
            .action = std::move(action),
            .client = link.client,
            .account = link.account,
            .link = link.id,
            .provider = link.provider,
            .outcome = std::string(outcome)};
}

base::Timestamp knownUntil(const domain::Link& link) {
    const auto usual = link.expiresAt + expiredLinkShown;
    return link.grantedAt ? std::max<base::Timestamp>(usual, *link.grantedAt + undoTime) : usual;
}

base::Error endedError(const domain::Link& link) {
    const auto reason = link.reason.value_or(domain::EndReason::upstreamError);
    base::Error error(base::ErrorCode::accessDenied, hintOf(reason));
    error.withReason(std::string(nameOf(reason)));
    if (reason == domain::EndReason::upstreamError)
        error.withCause(causeOf(link.cause));
    return error;
}

base::Cause causeOf(const std::optional<domain::EndCause>& cause) noexcept {
    using domain::EndCause;
    if (!cause) // upstream reported an error of its own
        return base::Cause::provider;
    switch (*cause) {
    case EndCause::appRefused:
    case EndCause::scopeRefused:
    case EndCause::misconfigured:
    case EndCause::notUnderstood:
    case EndCause::serviceNetwork:
        return base::Cause::serviceOperator;
    case EndCause::busy:
    case EndCause::unavailable:
        return base::Cause::provider;
    case EndCause::codeRefused:
    case EndCause::foreignCallback:
        return base::Cause::person;
    }
    return base::Cause::serviceOperator;
}

} // namespace central_oauth::services
