// SPDX-License-Identifier: Apache-2.0
// PrivateMemory by setrlimit(2) and, on Linux, prctl(2). POSIX.
#include "central_oauth/platform/PrivateMemory.h"

#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace central_oauth::platform {

void keepMemoryPrivate() noexcept {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

} // namespace central_oauth::platform
