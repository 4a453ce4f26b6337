// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/AuditEntry.h"

namespace central_oauth::domain {

std::string actorText(const Actor& actor) {
    switch (actor.kind) {
    case ActorKind::client:
        return "client:" + actor.id;
    case ActorKind::holder:
        return "grant_token:" + actor.id;
    case ActorKind::browser:
        return "browser";
    case ActorKind::serviceOperator:
        return "operator";
    case ActorKind::system:
        break;
    }
    return "system";
}

} // namespace central_oauth::domain
