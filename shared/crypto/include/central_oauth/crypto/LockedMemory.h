// SPDX-License-Identifier: Apache-2.0
// Memory for long-lived keys: wiped at the end, kept out of swap and core dumps where the system allows.
#pragma once

#include <cstddef>
#include <string_view>

namespace central_oauth::crypto {

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
    void release() noexcept;

    char* _bytes = nullptr;
    std::size_t _size = 0;
    bool _locked = false;
};

} // namespace central_oauth::crypto
