// SPDX-License-Identifier: Apache-2.0
#include "FileDoubts.h"

#include "central_oauth/base/Paths.h"
#include "central_oauth/platform/RightsAdvice.h"

#include <algorithm>

namespace central_oauth::platform {

namespace {

struct Words {
    std::string problem;
    std::string fix;
};

// Returns the path in a form that is safe for a terminal and a log.
std::string shown(const std::filesystem::path& path) {
    std::string text = base::pathText(path);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

std::string sizeText(std::uint64_t bytes) {
    constexpr std::uint64_t kibi = 1024;
    const bool isMebi = bytes % (kibi * kibi) == 0;
    return std::to_string(bytes / (isMebi ? kibi * kibi : kibi)) + (isMebi ? " MiB" : " KiB");
}

Words failureWords(FileRole role, FileFault fault, const std::string& reason) {
    switch (fault) {
    case FileFault::missing:
        return {"cannot be opened: " + reason, "correct the path, or put the file there"};
    case FileFault::unreadable:
        return {"cannot be opened: " + reason,
                "let the service's user read it, and search the directories above it"};
    case FileFault::wrongKind:
        return isFolder(role) ? Words{"is not a directory", "name a directory"}
                              : Words{"is not a regular file", "put a regular file in its place"};
    case FileFault::symbolicLink:
        return {"is a symbolic link", "name the file that it leads to, or remove the link"};
    case FileFault::changed:
        return {"was replaced while it was being opened", "find out who replaces it, then retry"};
    case FileFault::tooLarge:
        return {"is larger than " + sizeText(largestOf(role)), "name the right file"};
    case FileFault::ownedByOther:
    case FileFault::groupWrites:
    case FileFault::everybodyWrites:
    case FileFault::everybodyReads:
    case FileFault::folderOwnedByOther:
    case FileFault::folderGroupWrites:
    case FileFault::folderEverybodyWrites:
        break;
    }
    return {};
}

Words wordsOf(FileRole role, FileFault fault, const std::filesystem::path& path, const std::string& reason) {
    const std::string folder = shown(path);
    switch (fault) {
    case FileFault::missing:
    case FileFault::unreadable:
    case FileFault::wrongKind:
    case FileFault::symbolicLink:
    case FileFault::changed:
    case FileFault::tooLarge:
        return failureWords(role, fault, reason);
    case FileFault::ownedByOther:
        return {"belongs to another user", rightsAdvice().fileOfAnother};
    case FileFault::groupWrites:
    case FileFault::everybodyWrites:
        return {"can be written by others", rightsAdvice().othersWrite};
    case FileFault::everybodyReads:
        return {"can be read by everybody on this machine", rightsAdvice().everybodyReads};
    case FileFault::folderOwnedByOther:
        return {"is below " + folder + ", which belongs to another user", rightsAdvice().folderOfAnother};
    case FileFault::folderGroupWrites:
    case FileFault::folderEverybodyWrites:
        return {"is below " + folder + ", which can be written by others", rightsAdvice().othersWrite};
    }
    return {};
}

} // namespace

void FileDoubts::add(FileFault fault, const std::filesystem::path& path, const std::string& reason) {
    const auto ruling = rulingOn(_role, fault);
    if (ruling == Ruling::accepted)
        return;
    auto& doubts = ruling == Ruling::refused ? _judgement.refusals : _judgement.warnings;
    const bool isKnown = std::any_of(doubts.begin(), doubts.end(), [&](const FileDoubt& doubt) {
        return doubt.fault == fault && doubt.path == path;
    });
    if (isKnown)
        return;
    auto words = wordsOf(_role, fault, path, reason);
    doubts.push_back({fault, path, std::move(words.problem), std::move(words.fix), reason});
}

} // namespace central_oauth::platform
