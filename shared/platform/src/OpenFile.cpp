// SPDX-License-Identifier: Apache-2.0
// The parts that are the same on every platform: ownership of the descriptor, and reading whole files.
#include "central_oauth/platform/OpenFile.h"

#include "Handle.h"

#include <utility>

namespace central_oauth::platform {

OpenFile::OpenFile(std::intptr_t handle, std::filesystem::path realPath) noexcept
    : _handle(handle), _realPath(std::move(realPath)) {}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : _handle(std::exchange(other._handle, noHandle)), _realPath(std::move(other._realPath)) {}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
    std::swap(_handle, other._handle);
    std::swap(_realPath, other._realPath);
    return *this;
}

OpenFile::~OpenFile() {
    if (_handle != noHandle)
        static_cast<void>(closeHandle(_handle));
}

std::intptr_t OpenFile::release() noexcept {
    return std::exchange(_handle, noHandle);
}

void OpenFile::close() {
    if (!closeHandle(release()))
        fail("can't write");
}

void OpenFile::fail(const std::string& problem) const {
    throw FileError(problem, _realPath, lastError());
}

provider::Secret OpenFile::readWhole(std::size_t largest) const {
    // Reserves all: a growing string leaves copies of its characters behind.
    std::string buffer(largest + 1, '\0');
    std::size_t size = 0;
    while (size < buffer.size()) {
        const auto count = readAt(size, buffer.data() + size, buffer.size() - size);
        if (count == 0)
            break;
        size += count;
    }
    buffer.resize(size);
    return provider::Secret(std::move(buffer));
}

} // namespace central_oauth::platform
