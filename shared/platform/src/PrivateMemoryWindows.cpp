// SPDX-License-Identifier: Apache-2.0
// PrivateMemory by the error mode: no dialog and no dump of Windows Error Reporting. Windows.
#include "central_oauth/platform/PrivateMemory.h"

#include <windows.h>

namespace central_oauth::platform {

void keepMemoryPrivate() noexcept {
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
}

} // namespace central_oauth::platform
