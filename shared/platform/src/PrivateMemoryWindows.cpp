// SPDX-License-Identifier: Apache-2.0
// PrivateMemory by the error mode (no dialog and no dump of Windows Error Reporting), VirtualAlloc and
// VirtualLock. Windows.
#include "central_oauth/platform/PrivateMemory.h"

#include <new>
#include <windows.h>

namespace central_oauth::platform {

void keepMemoryPrivate() noexcept {
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
}

void LockedMemory::take(std::size_t size) {
    _bytes = static_cast<char*>(VirtualAlloc(nullptr, size, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE));
    if (_bytes == nullptr)
        throw std::bad_alloc();
    _locked = VirtualLock(_bytes, size) != 0;
}

// Also unlocks the pages.
void LockedMemory::giveBack() noexcept {
    VirtualFree(_bytes, 0, MEM_RELEASE);
}

} // namespace central_oauth::platform
