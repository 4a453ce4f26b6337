// SPDX-License-Identifier: Apache-2.0
// Platform specific: pages, locking and dump exclusion by mmap/mlock/madvise (POSIX) or
// VirtualAlloc/VirtualLock.
//
// Not OpenSSL's secure heap: it is one arena for the process from which OpenSSL then also takes the private
// keys of every TLS handshake, and when it is full those handshakes fail.
#include "central_oauth/crypto/LockedMemory.h"

#include <cstring>
#include <new>
#include <stdexcept>
#include <utility>

#ifdef _WIN32
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>
#else
#include <sys/mman.h>
#endif

#include <openssl/crypto.h>

namespace central_oauth::crypto {

namespace {

#ifdef _WIN32

char* takePages(std::size_t size) noexcept {
    return static_cast<char*>(VirtualAlloc(nullptr, size, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE));
}

bool lockPages(char* pages, std::size_t size) noexcept {
    return VirtualLock(pages, size) != 0;
}

void returnPages(char* pages, std::size_t) noexcept {
    VirtualFree(pages, 0, MEM_RELEASE);
}

#else

char* takePages(std::size_t size) noexcept {
    void* const pages = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? nullptr : static_cast<char*>(pages);
}

bool lockPages(char* pages, std::size_t size) noexcept {
#ifdef MADV_DONTDUMP
    // Best effort like the lock itself: core dumps are switched off for the whole process, too.
    static_cast<void>(madvise(pages, size, MADV_DONTDUMP));
#endif
    return mlock(pages, size) == 0;
}

void returnPages(char* pages, std::size_t size) noexcept {
    munmap(pages, size);
}

#endif

} // namespace

LockedMemory::LockedMemory(std::size_t size) : _size(size) {
    if (size == 0)
        return;
    _bytes = takePages(size);
    if (_bytes == nullptr)
        throw std::bad_alloc();
    _locked = lockPages(_bytes, size);
}

LockedMemory::LockedMemory(LockedMemory&& other) noexcept
    : _bytes(std::exchange(other._bytes, nullptr)),
      _size(std::exchange(other._size, 0)),
      _locked(std::exchange(other._locked, false)) {}

LockedMemory& LockedMemory::operator=(LockedMemory&& other) noexcept {
    if (this != &other) {
        release();
        _bytes = std::exchange(other._bytes, nullptr);
        _size = std::exchange(other._size, 0);
        _locked = std::exchange(other._locked, false);
    }
    return *this;
}

LockedMemory::~LockedMemory() {
    release();
}

void LockedMemory::write(std::size_t offset, std::string_view bytes) {
    if (offset > _size || bytes.size() > _size - offset)
        throw std::out_of_range("LockedMemory::write beyond the end");
    if (!bytes.empty())
        std::memcpy(_bytes + offset, bytes.data(), bytes.size());
}

void LockedMemory::release() noexcept {
    if (_bytes == nullptr)
        return;
    OPENSSL_cleanse(_bytes, _size);
    returnPages(_bytes, _size); // unlocks them, too
}

} // namespace central_oauth::crypto
