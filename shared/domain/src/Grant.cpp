// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/Grant.h"

#include "central_oauth/base/EnumNames.h"

namespace central_oauth::domain {

namespace {

constexpr base::EnumNames<StageState, 3> states{{
    {StageState::waiting, "waiting"},
    {StageState::delivered, "delivered"},
    {StageState::dropped, "dropped"},
}};
static_assert(base::isComplete(states, StageState::dropped));

constexpr base::EnumNames<Revocation, 3> revocations{{
    {Revocation::none, "none"},
    {Revocation::asConfigured, "as_configured"},
    {Revocation::always, "always"},
}};
static_assert(base::isComplete(revocations, Revocation::always));

} // namespace

std::string_view nameOf(StageState state) noexcept {
    return base::nameIn(states, state);
}

std::optional<StageState> stageStateOf(std::string_view name) noexcept {
    return base::valueIn(states, name);
}

std::string_view nameOf(Revocation revocation) noexcept {
    return base::nameIn(revocations, revocation);
}

std::optional<Revocation> revocationOf(std::string_view name) noexcept {
    return base::valueIn(revocations, name);
}

} // namespace central_oauth::domain
