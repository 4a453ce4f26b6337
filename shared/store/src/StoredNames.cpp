// SPDX-License-Identifier: Apache-2.0
#include "StoredNames.h"

#include "central_oauth/base/Error.h"

namespace central_oauth::store {

namespace {

template <class Enum>
Enum known(const std::optional<Enum>& value) {
    if (!value)
        throw base::Error(base::ErrorCode::storeUnavailable, {},
                          "a row holds a name that this version does not know");
    return *value;
}

} // namespace

ClientKind storedClientKind(std::string_view name) {
    return known(domain::clientKindOf(name));
}

LinkStatus storedLinkStatus(std::string_view name) {
    return known(domain::linkStatusOf(name));
}

AccountStatus storedAccountStatus(std::string_view name) {
    return known(domain::accountStatusOf(name));
}

PollProof storedPollProof(std::string_view name) {
    return known(domain::pollProofOf(name));
}

std::optional<EndReason> storedEndReason(std::string_view name) {
    return name.empty() ? std::nullopt : std::optional(known(domain::endReasonOf(name)));
}

std::optional<EndCause> storedEndCause(std::string_view name) {
    return name.empty() ? std::nullopt : std::optional(known(domain::endCauseOf(name)));
}

} // namespace central_oauth::store
