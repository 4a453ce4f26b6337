// SPDX-License-Identifier: Apache-2.0
// Who else may see this process's memory, and memory for keys. One source file per platform.
//
// Module platform: what the operating system has to be asked for, with twin files per platform. Depends on
// base and the SDK; knows no setting and writes no log.
#pragma once

#include <cstddef>
#include <string_view>

namespace central_oauth::platform {

/// Switches core dumps off, and forbids other processes of the same user to read or trace this one: its
/// memory holds keys and tokens. Root may still. Does as much as the system can. Call first in `main`.
void keepMemoryPrivate() noexcept;

/// A block of zeroed bytes on pages of its own, locked into RAM if possible.
///
/// Owns the block and wipes it before giving it back. Movable; a moved-from block is empty. Each block takes
/// at least one page, so it is for the few keys that live as long as the process.
///
/// Threads: like an array, no synchronisation of its own.
///
/// Errors: std::bad_alloc if there is no memory. Failing to lock is no error: `locked()` tells.
class LockedMemory {
public:
    explicit LockedMemory(std::size_t size);
    LockedMemory(LockedMemory&& other) noexcept;
    LockedMemory& operator=(LockedMemory&& other) noexcept;
    LockedMemory(const LockedMemory&) = delete;
    LockedMemory& operator=(const LockedMemory&) = delete;
    ~LockedMemory();

    /// Copies bytes to a place in the block. Requires: that they fit.
    /// Throws: std::out_of_range if they don't.
    void write(std::size_t offset, std::string_view bytes);

    /// The whole block, valid as long as this object.
    [[nodiscard]] std::string_view view() const noexcept { return {_bytes, _size}; }
    [[nodiscard]] std::size_t size() const noexcept { return _size; }
    [[nodiscard]] bool locked() const noexcept { return _locked; }

private:
    void take(std::size_t size); // one source file per platform
    void release() noexcept;
    void giveBack() noexcept; // likewise

    char* _bytes = nullptr;
    std::size_t _size = 0;
    bool _locked = false;
};

} // namespace central_oauth::platform
