// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX, Windows): the whole program's operator new and delete, which wipe what is released,
// and on Linux free and realloc too.
//
// Tokens and keys pass through many strings: of Poco, of the standard library, of plugins. All of them
// release their memory here, so that none leaves its characters behind, and nothing is copied for it. C code
// does not: the parser inside Poco's JSON grows its buffer by realloc. Linked into the executables; a library
// can't decide this. Left out where a sanitizer checks these functions itself.
#include <cstdlib>
#include <cstring>
#include <new>

#if defined(_WIN32)
#include <malloc.h>
#include <windows.h>
#elif defined(__APPLE__)
#include <malloc/malloc.h>
#else
#include <algorithm>
#include <atomic>
#include <dlfcn.h>
#include <malloc.h>
#endif

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

void release(void* memory) noexcept {
    if (memory == nullptr)
        return;
#if defined(_WIN32)
    SecureZeroMemory(memory, _msize(memory));
#elif defined(__APPLE__)
    const auto size = malloc_size(memory);
    memset_s(memory, size, 0, size);
#endif
    std::free(memory); // NOLINT(cppcoreguidelines-no-malloc): this is where memory comes from
}

#if defined(__linux__)
using Free = void (*)(void*);

// That of the C library, or of an allocator that LD_PRELOAD names: it fits the malloc that this program uses.
Free nextFree() noexcept {
    static std::atomic<Free> found{nullptr};
    static std::atomic<bool> isSearched{false};
    if (const auto known = found.load(std::memory_order_acquire))
        return known;
    if (isSearched.exchange(true))
        return nullptr; // the search itself releases something, or another thread searches
    const auto next = reinterpret_cast<Free>(::dlsym(RTLD_NEXT, "free"));
    found.store(next, std::memory_order_release);
    return next;
}
#endif

} // namespace

#if defined(__linux__)
// Visible to libraries: theirs are the calls that count.
extern "C" __attribute__((visibility("default"))) void free(void* memory) noexcept {
    if (memory == nullptr)
        return;
    explicit_bzero(memory, malloc_usable_size(memory));
    if (const auto next = nextFree()) // else it is lost, which happens once at the most
        next(memory);
}

// A block that moves must not stay behind unwiped, and one that shrinks much must not keep its end.
extern "C" __attribute__((visibility("default"))) void* realloc(void* memory, std::size_t size) noexcept {
    if (memory == nullptr)
        return std::malloc(size); // NOLINT(cppcoreguidelines-no-malloc)
    if (size == 0) {
        free(memory);
        return nullptr;
    }
    const auto present = malloc_usable_size(memory);
    if (size <= present && size >= present / 2)
        return memory;
    void* moved = std::malloc(size); // NOLINT(cppcoreguidelines-no-malloc)
    if (moved == nullptr)
        return nullptr;
    std::memcpy(moved, memory, std::min(size, present));
    free(memory);
    return moved;
}
#endif

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
