// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX, Windows): the whole program's operator new and delete, which wipe what is released.
//
// Tokens and keys pass through many strings: of Poco, of the standard library, of plugins. All of them
// release their memory here, so that none leaves its characters behind, and nothing is copied for it. Linked
// into the executables; a library can't decide this. Left out where a sanitizer checks these operators
// itself.
#include <cstdlib>
#include <cstring>
#include <new>

#if defined(_WIN32)
#include <malloc.h>
#include <windows.h>
#elif defined(__APPLE__)
#include <malloc/malloc.h>
#else
#include <malloc.h>
#endif

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

void wipeWhole(void* memory) noexcept {
#if defined(_WIN32)
    SecureZeroMemory(memory, _msize(memory));
#elif defined(__APPLE__)
    const auto size = malloc_size(memory);
    memset_s(memory, size, 0, size);
#else
    explicit_bzero(memory, malloc_usable_size(memory));
#endif
}

void release(void* memory) noexcept {
    if (memory == nullptr)
        return;
    wipeWhole(memory);
    std::free(memory); // NOLINT(cppcoreguidelines-no-malloc): this is where memory comes from
}

} // namespace

// As the standard describes it, [new.delete.single]; all other forms but the aligned ones end here.
void* operator new(std::size_t size) {
    for (;;) {
        if (void* memory = std::malloc(size == 0 ? 1 : size)) // NOLINT(cppcoreguidelines-no-malloc)
            return memory;
        const auto handler = std::get_new_handler();
        if (handler == nullptr)
            throw std::bad_alloc();
        handler();
    }
}

void operator delete(void* memory) noexcept {
    release(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    release(memory);
}

#endif
