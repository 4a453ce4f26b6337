// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/Client.h"

#include "central_oauth/base/EnumNames.h"

namespace central_oauth::domain {

namespace {

constexpr base::EnumNames<ClientKind, 2> kinds{{
    {ClientKind::confidential, "confidential"},
    {ClientKind::publicClient, "public"},
}};
static_assert(base::isComplete(kinds, ClientKind::publicClient));

} // namespace

std::string_view nameOf(ClientKind kind) noexcept {
    return base::nameIn(kinds, kind);
}

std::optional<ClientKind> clientKindOf(std::string_view name) noexcept {
    return base::valueIn(kinds, name);
}

} // namespace central_oauth::domain
