// SPDX-License-Identifier: Apache-2.0
// LockedMemory, except the system calls.
//
// Not OpenSSL's secure heap: it is one arena per process. OpenSSL then also uses it for the private keys of
// every TLS handshake, and handshakes fail when it is full.
#include "central_oauth/platform/PrivateMemory.h"

#include "central_oauth/base/Wipe.h"

#include <cstring>
#include <stdexcept>
#include <utility>

namespace central_oauth::platform {

LockedMemory::LockedMemory(std::size_t size) : _size(size) {
    if (size == 0)
        return;
    take(size);
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
    base::wipe(_bytes, _size);
    giveBack();
}

} // namespace central_oauth::platform
