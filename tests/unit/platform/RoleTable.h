// SPDX-License-Identifier: Apache-2.0
// All roles and faults, for tests that try each.
#pragma once

#include "central_oauth/platform/FileRole.h"

#include <array>

namespace central_oauth::platform {

constexpr std::array allRoles{FileRole::plugin,
                              FileRole::secret,
                              FileRole::mountedSecret,
                              FileRole::credentials,
                              FileRole::tlsCertificate,
                              FileRole::tlsKey,
                              FileRole::authorities,
                              FileRole::authoritiesFolder,
                              FileRole::personalAuthorities,
                              FileRole::clientSettings,
                              FileRole::databaseFolder,
                              FileRole::database,
                              FileRole::logFile};

/// The faults that a role decides about, in the order of the documented table.
constexpr std::array ruledFaults{FileFault::ownedByOther,         FileFault::groupWrites,
                                 FileFault::everybodyWrites,      FileFault::everybodyReads,
                                 FileFault::folderOwnedByOther,   FileFault::folderGroupWrites,
                                 FileFault::folderEverybodyWrites};

} // namespace central_oauth::platform
