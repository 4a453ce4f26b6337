// SPDX-License-Identifier: Apache-2.0
#include "StoreFiles.h"

#include <algorithm>
#include <string_view>

namespace central_oauth::store {

namespace {

constexpr std::uintmax_t pageSize = 4096;

} // namespace

void StoreFiles::remember() {
    _known.clear();
    for (const std::string_view suffix : {"", "-wal", "-shm", ".lock"}) {
        Known known;
        known.file = _database;
        known.file += suffix;
        const auto identity = platform::findFileIdentity(known.file);
        if (!identity)
            continue;
        known.identity = *identity;
        known.holdsContent = suffix.empty() || suffix == "-wal";
        // Less than one page is no database. A file above that size may shrink by an operator's VACUUM.
        known.leastSize = suffix.empty() ? std::min<std::uintmax_t>(identity->size, pageSize) : 0;
        _known.push_back(std::move(known));
    }
}

StoreFiles::Fault StoreFiles::findContentFault() const {
    return find(true);
}

StoreFiles::Fault StoreFiles::findFault() const {
    return find(false);
}

StoreFiles::Fault StoreFiles::find(bool contentOnly) const {
    for (const Known& known : _known) {
        if (contentOnly && !known.holdsContent)
            continue;
        const auto present = platform::findFileIdentity(known.file);
        if (!present)
            return {StoreTrouble::fileMissing, known.file};
        if (!present->isSameFile(known.identity))
            return {StoreTrouble::fileReplaced, known.file};
        if (present->size < known.leastSize)
            return {StoreTrouble::fileCut, known.file};
    }
    return {};
}

} // namespace central_oauth::store
