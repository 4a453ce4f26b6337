// SPDX-License-Identifier: Apache-2.0
#include "StoredNames.h"

#include "central_oauth/base/Error.h"

#include <array>

namespace central_oauth::store {

namespace {

// The one of `all` whose name this is; `nameOf` is the other direction, so that each name is written once.
template <class Enum, std::size_t Count, class NameOf>
Enum valueOf(const std::array<Enum, Count>& all, std::string_view name, NameOf&& nameOf) {
    for (const Enum value : all)
        if (nameOf(value) == name)
            return value;
    throw base::Error(base::ErrorCode::storeUnavailable, {},
                      "a row holds a name that this version does not know");
}

} // namespace

std::string_view storedName(ClientKind kind) noexcept {
    switch (kind) {
    case ClientKind::confidential:
        return "confidential";
    case ClientKind::publicClient:
        return "public";
    }
    return {};
}

std::string_view storedName(LinkStatus status) noexcept {
    switch (status) {
    case LinkStatus::pending:
        return "pending";
    case LinkStatus::authorizing:
        return "authorizing";
    case LinkStatus::choosing:
        return "choosing";
    case LinkStatus::staged:
        return "staged";
    case LinkStatus::delivered:
        return "delivered";
    case LinkStatus::ended:
        return "ended";
    }
    return {};
}

std::string_view storedName(AccountStatus status) noexcept {
    switch (status) {
    case AccountStatus::active:
        return "active";
    case AccountStatus::needsReauth:
        return "needs_reauth";
    }
    return {};
}

std::string_view storedName(PollProof proof) noexcept {
    switch (proof) {
    case PollProof::secret:
        return "secret";
    case PollProof::verifier:
        return "verifier";
    }
    return {};
}

std::string_view endReasonName(EndReason reason) noexcept {
    switch (reason) {
    case EndReason::declined:
        return "declined";
    case EndReason::upstreamError:
        return "upstream_error";
    case EndReason::tooManyEntries:
        return "too_many_entries";
    case EndReason::differentPerson:
        return "different_person";
    case EndReason::siteNotAllowed:
        return "site_not_allowed";
    case EndReason::noSite:
        return "no_site";
    case EndReason::scopesMissing:
        return "scopes_missing";
    case EndReason::noRefreshToken:
        return "no_refresh_token";
    case EndReason::undone:
        return "undone";
    case EndReason::cancelled:
        return "cancelled";
    }
    return {};
}

std::string_view endCauseName(EndCause cause) noexcept {
    switch (cause) {
    case EndCause::appRefused:
        return "app_refused";
    case EndCause::scopeRefused:
        return "scope_refused";
    case EndCause::codeRefused:
        return "code_refused";
    case EndCause::misconfigured:
        return "misconfigured";
    case EndCause::busy:
        return "busy";
    case EndCause::unavailable:
        return "unavailable";
    case EndCause::notUnderstood:
        return "not_understood";
    case EndCause::foreignCallback:
        return "foreign_callback";
    case EndCause::serviceNetwork:
        return "service_network";
    }
    return {};
}

ClientKind clientKindOf(std::string_view name) {
    constexpr std::array all{ClientKind::confidential, ClientKind::publicClient};
    return valueOf(all, name, [](ClientKind kind) { return storedName(kind); });
}

LinkStatus linkStatusOf(std::string_view name) {
    constexpr std::array all{LinkStatus::pending, LinkStatus::authorizing, LinkStatus::choosing,
                             LinkStatus::staged,  LinkStatus::delivered,   LinkStatus::ended};
    return valueOf(all, name, [](LinkStatus status) { return storedName(status); });
}

AccountStatus accountStatusOf(std::string_view name) {
    constexpr std::array all{AccountStatus::active, AccountStatus::needsReauth};
    return valueOf(all, name, [](AccountStatus status) { return storedName(status); });
}

PollProof pollProofOf(std::string_view name) {
    constexpr std::array all{PollProof::secret, PollProof::verifier};
    return valueOf(all, name, [](PollProof proof) { return storedName(proof); });
}

std::optional<EndReason> endReasonOf(std::string_view name) {
    if (name.empty())
        return std::nullopt;
    constexpr std::array all{EndReason::declined,        EndReason::upstreamError,  EndReason::tooManyEntries,
                             EndReason::differentPerson, EndReason::siteNotAllowed, EndReason::scopesMissing,
                             EndReason::noRefreshToken,  EndReason::undone,         EndReason::cancelled,
                             EndReason::noSite};
    return valueOf(all, name, [](EndReason reason) { return endReasonName(reason); });
}

std::optional<EndCause> endCauseOf(std::string_view name) {
    if (name.empty())
        return std::nullopt;
    constexpr std::array all{
        EndCause::appRefused,    EndCause::scopeRefused, EndCause::codeRefused,   EndCause::misconfigured,
        EndCause::busy,          EndCause::unavailable,  EndCause::notUnderstood, EndCause::foreignCallback,
        EndCause::serviceNetwork};
    return valueOf(all, name, [](EndCause cause) { return endCauseName(cause); });
}

} // namespace central_oauth::store
