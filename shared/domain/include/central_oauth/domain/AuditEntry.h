// SPDX-License-Identifier: Apache-2.0
// The audit trail: what happened, for the operator.
#pragma once

#include "central_oauth/domain/Ids.h"

#include <string>

namespace central_oauth::domain {

/// The kind of caller that acts.
enum class ActorKind {
    client,          ///< a client, by one of its keys
    holder,          ///< a grant token's holder
    browser,         ///< a person in a browser
    serviceOperator, ///< the command line of the service
    system,          ///< the service itself, without a caller
};

/// The caller that acts.
struct Actor {
    ActorKind kind = ActorKind::system;
    std::string id{};        ///< of the client or the grant token
    std::string address{};   ///< of the request; empty if there is none
    std::string requestId{}; ///< of the request; empty if there is none
};

/// Returns the actor as audit entries name it: "client:<id>", "grant_token:<id>", "browser", "operator" or
/// "system".
[[nodiscard]] std::string actorText(const Actor& actor);

/// One action. It is stored as a row and written as a log line.
struct AuditEntry {
    Timestamp at{};
    Actor actor{};
    std::string action{}; ///< e.g. "link.created"
    ClientId client{};
    std::string clientName{}; ///< at the time of the action; the store fills in an empty one
    AccountId account{};
    LinkId link{};
    std::string provider{}; ///< empty if the action concerns no provider, or if it is unknown
    std::string outcome{};
};

} // namespace central_oauth::domain
