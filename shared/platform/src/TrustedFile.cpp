// SPDX-License-Identifier: Apache-2.0
// What is the same on every platform: ownership of the descriptor, and reading whole files.
#include "central_oauth/platform/TrustedFile.h"

#include "FileDoubts.h"

#include <system_error>
#include <utility>

namespace central_oauth::platform {

namespace {

constexpr std::intptr_t none = -1;

} // namespace

OpenFile::OpenFile(std::intptr_t handle, std::filesystem::path realPath) noexcept
    : _handle(handle), _realPath(std::move(realPath)) {}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : _handle(std::exchange(other._handle, none)), _realPath(std::move(other._realPath)) {}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
    std::swap(_handle, other._handle);
    std::swap(_realPath, other._realPath);
    return *this;
}

OpenFile::~OpenFile() {
    if (_handle != none)
        close();
}

std::intptr_t OpenFile::release() noexcept {
    return std::exchange(_handle, none);
}

TrustedContent readTrusted(FileRole role, const std::filesystem::path& path) {
    TrustedContent result;
    auto opened = openTrusted(role, path);
    result.refusals = std::move(opened.refusals);
    result.warnings = std::move(opened.warnings);
    if (result.refused() || !opened.file)
        return result;
    FileDoubts doubts(role, result);
    // Sized once: a string that grows leaves copies of its characters behind. One byte more shows what is too
    // large.
    const auto largest = static_cast<std::size_t>(largestOf(role));
    std::string buffer(largest + 1, '\0');
    std::size_t size = 0;
    try {
        while (size < buffer.size()) {
            const auto count = opened.file->readAt(size, buffer.data() + size, buffer.size() - size);
            if (count == 0)
                break;
            size += count;
        }
    } catch (const std::system_error& failure) {
        doubts.add(FileFault::unreadable, path, failure.code().message());
    }
    buffer.resize(size);
    provider::Secret content(std::move(buffer));
    if (content.size() > largest)
        doubts.add(FileFault::tooLarge, path);
    if (!result.refused())
        result.content = std::move(content);
    return result;
}

} // namespace central_oauth::platform
