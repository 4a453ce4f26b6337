// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/platform/TrustedFile.h"

#include "FileDoubts.h"

#include <system_error>
#include <utility>

namespace central_oauth::platform {

TrustedContent readTrusted(FileRole role, const std::filesystem::path& path) {
    TrustedContent result;
    auto opened = openTrusted(role, path);
    result.refusals = std::move(opened.refusals);
    result.warnings = std::move(opened.warnings);
    if (result.refused() || !opened.file)
        return result;
    FileDoubts doubts(role, result);
    const auto largest = static_cast<std::size_t>(largestOf(role));
    provider::Secret content;
    try {
        content = opened.file->readWhole(largest);
    } catch (const FileError& failure) {
        doubts.add(FileFault::unreadable, path, failure.code().message());
    }
    if (content.size() > largest)
        doubts.add(FileFault::tooLarge, path);
    if (!result.refused())
        result.content = std::move(content);
    return result;
}

} // namespace central_oauth::platform
