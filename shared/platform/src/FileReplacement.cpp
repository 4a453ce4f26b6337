// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/platform/FileReplacement.h"

#include "central_oauth/platform/Files.h"

#include <utility>

namespace central_oauth::platform {

FileReplacement::FileReplacement(std::filesystem::path file, std::filesystem::path beside)
    : _file(std::move(file)), _beside(std::move(beside)), _next(createPrivateFile(_beside)) {}

FileReplacement::~FileReplacement() {
    std::error_code ignored;
    if (!_isCommitted)
        std::filesystem::remove(_beside, ignored);
}

void FileReplacement::write(const provider::Secret& content, const OpenFile* model) {
    if (model != nullptr)
        _next.takeAccessOf(*model);
    _next.write(content.reveal());
    _next.sync();
    _next.close();
}

void FileReplacement::commit() {
    replaceFile(_beside, _file);
    _isCommitted = true;
}

} // namespace central_oauth::platform
