// SPDX-License-Identifier: Apache-2.0
// The ids, times and secrets that every record is made of.
//
// Module domain: records, their rules and their state machines, as pure functions of a record, an event and a
// time. No input or output, no clock, no randomness, no lock.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/StrongId.h"
#include "central_oauth/provider/Secret.h"

namespace central_oauth::domain {

using base::AccountId;
using base::ClientId;
using base::LinkId;
using base::Timestamp;
using provider::Secret;

} // namespace central_oauth::domain
