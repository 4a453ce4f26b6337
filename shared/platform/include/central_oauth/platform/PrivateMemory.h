// SPDX-License-Identifier: Apache-2.0
// Who else may see this process's memory. One source file per platform.
//
// Module platform: what the operating system has to be asked for, with twin files per platform. Depends on
// base and the SDK; knows no setting and writes no log.
#pragma once

namespace central_oauth::platform {

/// Switches core dumps off, and forbids other processes of the same user to read or trace this one: its
/// memory holds keys and tokens. Root may still. Does as much as the system can. Call first in `main`.
void keepMemoryPrivate() noexcept;

} // namespace central_oauth::platform
