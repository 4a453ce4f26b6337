// SPDX-License-Identifier: Apache-2.0
// Protection of this process's memory, and memory for keys. One source file per platform.
//
// Module platform: the interface to the operating system, with twin files per platform. Knows no setting and
// writes no log.
#pragma once

#include <cstddef>
#include <string_view>

namespace central_oauth::platform {

/// Disables core dumps, and prevents other processes of the same user from reading or tracing this one: its
/// memory holds keys and tokens. Root still can. Best effort; never fails. Call it first in `main`.
void keepMemoryPrivate() noexcept;

/// A block of zeroed bytes on pages of its own, locked into RAM if possible.
///
/// Owns the block and wipes it before releasing it. Movable; a moved-from block is empty. A block takes at
/// least one page, so use it only for the few keys that live as long as the process.
///
/// Not thread-safe.
///
/// Errors: std::bad_alloc. A failed lock is not an error; see `locked()`.
class LockedMemory {
public:
    explicit LockedMemory(std::size_t size);
    LockedMemory(LockedMemory&& other) noexcept;
    LockedMemory& operator=(LockedMemory&& other) noexcept;
    LockedMemory(const LockedMemory&) = delete;
    LockedMemory& operator=(const LockedMemory&) = delete;
    ~LockedMemory();

    /// Copies bytes into the block.
    /// Throws: std::out_of_range if they don't fit.
    void write(std::size_t offset, std::string_view bytes);

    /// Returns the whole block, valid as long as this object.
    [[nodiscard]] std::string_view view() const noexcept { return {_bytes, _size}; }
    [[nodiscard]] std::size_t size() const noexcept { return _size; }
    [[nodiscard]] bool locked() const noexcept { return _locked; }

private:
    void take(std::size_t size); // one source file per platform
    void release() noexcept;
    void giveBack() noexcept; // one source file per platform

    char* _bytes = nullptr;
    std::size_t _size = 0;
    bool _locked = false;
};

} // namespace central_oauth::platform
