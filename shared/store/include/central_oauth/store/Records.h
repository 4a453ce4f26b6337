// SPDX-License-Identifier: Apache-2.0
// The records of the domain, under the names by which this module's interface calls them. Secrets are in
// clear here: sealing happens inside the store.
//
// Module store: repositories and their SQLite implementation; encrypts here and nowhere else. Knows no HTTP
// and no OAuth, and decides nothing: it loads a record, lets the domain change it, and keeps it. Services
// include the *Repository.h interfaces, never the Sqlite*.h files.
#pragma once

#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/GrantToken.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/domain/LinkLife.h"

namespace central_oauth::store {

using domain::Account;
using domain::AccountId;
using domain::AccountStatus;
using domain::AuditEntry;
using domain::Authorization;
using domain::Client;
using domain::ClientId;
using domain::ClientKey;
using domain::ClientKind;
using domain::DeliveryRule;
using domain::DroppedStage;
using domain::EndCause;
using domain::EndReason;
using domain::GrantToken;
using domain::Identity;
using domain::Link;
using domain::LinkId;
using domain::LinkStatus;
using domain::PollProof;
using domain::Revocation;
using domain::Secret;
using domain::Site;
using domain::StagedGrant;
using domain::Timestamp;
using domain::Tokens;

} // namespace central_oauth::store
