// SPDX-License-Identifier: Apache-2.0
// What happened, for the operator.
#pragma once

#include "central_oauth/domain/Ids.h"

#include <string>

namespace central_oauth::domain {

/// Who acts.
enum class ActorKind {
    client,          ///< by one of its keys
    holder,          ///< by a grant token
    browser,         ///< a person in a browser
    serviceOperator, ///< the command line of the service
    system,          ///< the service itself, without a caller
};

/// Who acts, and from where. A value.
struct Actor {
    ActorKind kind = ActorKind::system;
    std::string id{};        ///< of the client or the grant token
    std::string address{};   ///< of the request; empty: none
    std::string requestId{}; ///< of the request; empty: none
};

/// The actor as entries name it: "client:<id>", "grant_token:<id>", "browser", "operator", "system".
[[nodiscard]] std::string actorText(const Actor& actor);

/// One act: kept as a row and written as a log line.
struct AuditEntry {
    Timestamp at{};
    Actor actor{};
    std::string action{}; ///< e.g. "link.created"
    ClientId client{};
    std::string clientName{}; ///< as it is now; empty: the store fills it in
    AccountId account{};
    LinkId link{};
    std::string provider{}; ///< empty: of none in particular, or unknown
    std::string outcome{};
};

} // namespace central_oauth::domain
