// SPDX-License-Identifier: Apache-2.0
// Counts the allocations of a process, for LD_PRELOAD: each call of malloc, calloc, realloc and their aligned
// relatives adds one to the 8-byte counter at the beginning of the file that BENCH_ALLOCATIONS names. glibc
// only.
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

extern "C" {
// glibc's own names: they need no dlsym, which allocates.
void* __libc_malloc(std::size_t size);                          // NOLINT(bugprone-reserved-identifier)
void* __libc_calloc(std::size_t count, std::size_t size);       // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void* block, std::size_t size);            // NOLINT(bugprone-reserved-identifier)
void* __libc_memalign(std::size_t alignment, std::size_t size); // NOLINT(bugprone-reserved-identifier)
}

namespace {

using Counter = std::atomic<std::uint64_t>;
std::atomic<Counter*> counter = nullptr;

__attribute__((constructor)) void openCounter() {
    const char* const file = std::getenv("BENCH_ALLOCATIONS");
    const int descriptor = file != nullptr ? ::open(file, O_RDWR | O_CLOEXEC) : -1;
    if (descriptor < 0)
        return;
    void* const page = ::mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (page != MAP_FAILED)
        counter = static_cast<Counter*>(page);
}

void count() {
    if (auto* const place = counter.load(std::memory_order_relaxed))
        place->fetch_add(1, std::memory_order_relaxed);
}

} // namespace

extern "C" {

void* malloc(std::size_t size) {
    count();
    return __libc_malloc(size);
}

void* calloc(std::size_t number, std::size_t size) {
    count();
    return __libc_calloc(number, size);
}

void* realloc(void* block, std::size_t size) {
    count();
    return __libc_realloc(block, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
    count();
    *block = __libc_memalign(alignment, size);
    return *block != nullptr ? 0 : 12; // ENOMEM
}

} // extern "C"
