// SPDX-License-Identifier: Apache-2.0
// What names, scopes and limits of clients and their keys may be.
#pragma once

#include "central_oauth/domain/Client.h"
#include "central_oauth/services/clients/ClientService.h"

namespace central_oauth::services {

/// Throws: base::Error(invalidRequest) naming what is wrong.
void checkNewClient(const NewClient& wanted);

/// Throws: base::Error(invalidRequest) naming what is wrong.
void checkNewKey(const NewKey& wanted, const domain::Client& client);

/// How long a replaced key works on. Throws: base::Error(invalidRequest).
void checkKeep(std::chrono::hours keep);

} // namespace central_oauth::services
