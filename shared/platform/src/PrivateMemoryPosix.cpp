// SPDX-License-Identifier: Apache-2.0
// PrivateMemory by setrlimit(2), mmap(2), mlock(2) and, on Linux, prctl(2). POSIX.
#include "central_oauth/platform/PrivateMemory.h"

#include <new>
#include <sys/mman.h>
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

void LockedMemory::take(std::size_t size) {
    void* const pages = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        throw std::bad_alloc();
    _bytes = static_cast<char*>(pages);
#ifdef MADV_DONTDUMP
    // Best effort like the lock itself; core dumps are disabled for the whole process, too.
    static_cast<void>(madvise(pages, size, MADV_DONTDUMP));
#endif
    _locked = mlock(pages, size) == 0;
}

// Also unlocks the pages.
void LockedMemory::giveBack() noexcept {
    munmap(_bytes, _size);
}

} // namespace central_oauth::platform
