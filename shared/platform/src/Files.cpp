// SPDX-License-Identifier: Apache-2.0
// The functions that are the same on every platform.
#include "central_oauth/platform/Files.h"

#include <array>

namespace central_oauth::platform {

bool makePrivateFile(const std::filesystem::path& file) {
    try {
        createPrivateFile(file).sync();
    } catch (const FileError& failure) {
        if (failure.code() == std::errc::file_exists)
            return false;
        throw;
    }
    syncDirectory(file.has_parent_path() ? file.parent_path() : ".");
    return true;
}

std::string_view networkFileSystemName(unsigned long magic) noexcept {
    struct Kind {
        unsigned long magic;
        std::string_view name;
    };
    // From linux/magic.h and the sources of the file systems.
    constexpr std::array kinds{
        Kind{0x6969, "NFS"},      Kind{0x517B, "SMB"},        Kind{0xFF534D42, "SMB (CIFS)"},
        Kind{0xFE534D42, "SMB2"}, Kind{0x5346414F, "AFS"},    Kind{0x00C36400, "Ceph"},
        Kind{0x73757245, "Coda"}, Kind{0x0BD00BD0, "Lustre"},
    };
    for (const Kind& kind : kinds)
        if (kind.magic == magic)
            return kind.name;
    return {};
}

} // namespace central_oauth::platform
