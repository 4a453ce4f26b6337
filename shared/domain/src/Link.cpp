// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/Link.h"

#include "central_oauth/base/EnumNames.h"

namespace central_oauth::domain {

namespace {

constexpr base::EnumNames<LinkStatus, 6> linkStatuses{{
    {LinkStatus::pending, "pending"},
    {LinkStatus::authorizing, "authorizing"},
    {LinkStatus::choosing, "choosing"},
    {LinkStatus::staged, "staged"},
    {LinkStatus::delivered, "delivered"},
    {LinkStatus::ended, "ended"},
}};
static_assert(base::isComplete(linkStatuses, LinkStatus::ended));

constexpr base::EnumNames<EndReason, 10> reasons{{
    {EndReason::declined, "declined"},
    {EndReason::upstreamError, "upstream_error"},
    {EndReason::tooManyEntries, "too_many_entries"},
    {EndReason::differentPerson, "different_person"},
    {EndReason::siteNotAllowed, "site_not_allowed"},
    {EndReason::noSite, "no_site"},
    {EndReason::scopesMissing, "scopes_missing"},
    {EndReason::noRefreshToken, "no_refresh_token"},
    {EndReason::undone, "undone"},
    {EndReason::cancelled, "cancelled"},
}};
static_assert(base::isComplete(reasons, EndReason::cancelled));

constexpr base::EnumNames<EndCause, 9> causes{{
    {EndCause::appRefused, "app_refused"},
    {EndCause::scopeRefused, "scope_refused"},
    {EndCause::codeRefused, "code_refused"},
    {EndCause::misconfigured, "misconfigured"},
    {EndCause::busy, "busy"},
    {EndCause::unavailable, "unavailable"},
    {EndCause::notUnderstood, "not_understood"},
    {EndCause::foreignCallback, "foreign_callback"},
    {EndCause::serviceNetwork, "service_network"},
}};
static_assert(base::isComplete(causes, EndCause::serviceNetwork));

constexpr base::EnumNames<PollMethod, 2> pollMethods{{
    {PollMethod::secret, "secret"},
    {PollMethod::verifier, "verifier"},
}};
static_assert(base::isComplete(pollMethods, PollMethod::verifier));

} // namespace

std::string_view nameOf(LinkStatus status) noexcept {
    return base::nameIn(linkStatuses, status);
}

std::string_view nameOf(EndReason reason) noexcept {
    return base::nameIn(reasons, reason);
}

std::string_view nameOf(EndCause cause) noexcept {
    return base::nameIn(causes, cause);
}

std::string_view nameOf(PollMethod method) noexcept {
    return base::nameIn(pollMethods, method);
}

std::optional<LinkStatus> linkStatusOf(std::string_view name) noexcept {
    return base::valueIn(linkStatuses, name);
}

std::optional<EndReason> endReasonOf(std::string_view name) noexcept {
    return base::valueIn(reasons, name);
}

std::optional<EndCause> endCauseOf(std::string_view name) noexcept {
    return base::valueIn(causes, name);
}

std::optional<PollMethod> pollMethodOf(std::string_view name) noexcept {
    return base::valueIn(pollMethods, name);
}

} // namespace central_oauth::domain
