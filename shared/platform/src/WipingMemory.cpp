// SPDX-License-Identifier: Apache-2.0
// The program's operator new and delete, which wipe released memory; on Linux also free and realloc. POSIX
// and Windows.
//
// Tokens and keys pass through many strings of Poco, the standard library and plugins. All of them release
// their memory here, so none leaves its characters behind, without extra copies. C code bypasses the
// operators: the parser in Poco's JSON grows its buffer by realloc. Linked into executables, because a
// library can't decide this. Omitted if a sanitizer checks these functions itself.
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
    std::free(memory); // NOLINT(cppcoreguidelines-no-malloc): the allocator itself
}

#if defined(__linux__)
using Free = void (*)(void*);

// The next `free`: of the C library, or of an allocator in LD_PRELOAD. It matches the program's malloc.
Free nextFree() noexcept {
    static std::atomic<Free> found{nullptr};
    static std::atomic<bool> isSearched{false};
    if (const auto known = found.load(std::memory_order_acquire))
        return known;
    if (isSearched.exchange(true))
        return nullptr; // the search itself releases memory, or another thread searches
    const auto next = reinterpret_cast<Free>(::dlsym(RTLD_NEXT, "free"));
    found.store(next, std::memory_order_release);
    return next;
}
#endif

} // namespace

#if defined(__linux__)
// Visible to libraries, whose calls matter most.
extern "C" __attribute__((visibility("default"))) void free(void* memory) noexcept {
    if (memory == nullptr)
        return;
    explicit_bzero(memory, malloc_usable_size(memory));
    if (const auto next = nextFree()) // otherwise leaks the block, at most once
        next(memory);
}

// Wipes the old block if it moves, and the released end if it shrinks much.
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

// As in the standard, [new.delete.single]; all other forms except the aligned ones call these.
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
