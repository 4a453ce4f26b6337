// SPDX-License-Identifier: Apache-2.0
#include "PrivateFile.h"

#include "central_oauth/cli/Failure.h"
#include "central_oauth/cli/PrintableText.h"
#include "central_oauth/platform/FileReplacement.h"
#include "central_oauth/platform/Files.h"
#include "central_oauth/platform/RightsAdvice.h"
#include "central_oauth/platform/TrustedFile.h"

#include <algorithm>
#include <random>
#include <system_error>
#include <utility>

namespace central_oauth::cli {

namespace {

namespace fs = std::filesystem;

using platform::FileFault;

Failure fileFailure(const std::string& problem, const fs::path& path, const std::error_code& cause) {
    return Failure(ExitCode::usage, problem + ' ' + shownPath(path) + ": " + printable(cause.message()),
                   "check the folder's permissions and its disk; central-oauth config path names the file");
}

bool isOfFolder(const platform::FileDoubt& doubt) {
    return doubt.fault == FileFault::folderOwnedByOther || doubt.fault == FileFault::folderGroupWrites ||
           doubt.fault == FileFault::folderEverybodyWrites;
}

// Returns the warnings about the folders.
// Throws: Failure if they are refused.
std::vector<std::string> folderWarnings(const platform::Judgement& judgement, const fs::path& path) {
    for (const auto& doubt : judgement.refusals)
        if (isOfFolder(doubt))
            throw Failure(ExitCode::usage, shownPath(path) + ' ' + doubt.problem,
                          doubt.fix + ", and look at what the file says");
    std::vector<std::string> warnings;
    for (const auto& doubt : judgement.warnings)
        if (isOfFolder(doubt))
            warnings.push_back(shownPath(path) + ' ' + doubt.problem + ": " + doubt.fix);
    return warnings;
}

Failure tooLong(const fs::path& path) {
    return Failure(ExitCode::usage, shownPath(path) + " is too long for a settings file",
                   "remove it, then set what you need with: central-oauth config set");
}

// Returns the failure for a fault of the file itself.
Failure refusalOf(const platform::FileDoubt& doubt, const fs::path& path) {
    const std::string shown = shownPath(path);
    if (doubt.fault == FileFault::wrongKind)
        return Failure(ExitCode::usage, shown + " is no plain file", "remove it, then try again");
    if (doubt.fault == FileFault::ownedByOther)
        return Failure(ExitCode::usage, shown + " belongs to another user",
                       "remove it, or have it given to you");
    // A writer of the file decides which server gets the key.
    if (doubt.fault == FileFault::groupWrites || doubt.fault == FileFault::everybodyWrites)
        return Failure(ExitCode::usage, "other users of this machine can change " + shown,
                       "run: " + platform::commandForPrivateFile(shellWord(shown)) +
                           ", and look at what it says");
    if (doubt.fault == FileFault::tooLarge)
        return tooLong(path);
    return Failure(ExitCode::usage,
                   "can't read " + shown + ": " +
                       printable(doubt.reason.empty() ? doubt.problem : doubt.reason),
                   "own the file and run: " + platform::commandForPrivateFile(shellWord(shown)) +
                       "; or remove it and set it anew with: central-oauth config set");
}

// Returns a new name for each try, in the same folder, because renaming works within one file system only.
fs::path temporaryBeside(const fs::path& path) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::random_device random;
    std::string suffix = ".new-";
    for (int i = 0; i < 12; ++i)
        suffix += digits[random() % digits.size()];
    fs::path temporary = path;
    temporary += suffix;
    return temporary;
}

} // namespace

std::vector<std::string> judgeFolders(const fs::path& path) {
    return folderWarnings(platform::judge(platform::FileRole::clientSettings, path), path);
}

std::optional<OwnFile> readOwnFile(const fs::path& path) {
    auto opened = platform::openTrusted(platform::FileRole::clientSettings, path);
    const auto isMissing = [](const auto& doubt) { return doubt.fault == FileFault::missing; };
    if (std::any_of(opened.refusals.begin(), opened.refusals.end(), isMissing))
        return std::nullopt;
    // The file's own faults come first, because its owner can fix them.
    for (const auto& doubt : opened.refusals)
        if (!isOfFolder(doubt) && doubt.fault != FileFault::tooLarge)
            throw refusalOf(doubt, path);
    auto warnings = folderWarnings(opened, path);
    if (opened.refused())
        throw refusalOf(opened.refusals.front(), path);
    try {
        const auto largest = static_cast<std::size_t>(largestOf(platform::FileRole::clientSettings));
        OwnFile file{opened.file->readWhole(largest), opened.file->isShared(), std::move(warnings)};
        if (file.content.size() > largest)
            throw tooLong(path);
        return file;
    } catch (const platform::FileError& failure) {
        throw fileFailure("can't read", path, failure.code());
    }
}

Failure sharedSecret(const fs::path& path) {
    return Failure(ExitCode::usage, "other users of this machine can read " + shownPath(path),
                   "run: " + platform::commandForPrivateFile(shellWord(shownPath(path))) +
                       "; if others may have read it, have the client key replaced");
}

FolderLock::FolderLock(const fs::path& folder) {
    try {
        platform::makePrivateDirectory(folder, platform::Durability::none);
        _lock = platform::FileLock::ofFolder(folder);
        _lock->acquire();
    } catch (const std::system_error&) {
        _lock.reset(); // without a folder the write fails, and reports why
    }
}

void replacePrivateFile(const fs::path& path, const provider::Secret& content) {
    std::error_code error;
    const fs::path target = fs::exists(path, error) ? fs::canonical(path) : path;
    try {
        platform::makePrivateDirectory(target.parent_path(), platform::Durability::none);
    } catch (const platform::FileError& failure) {
        throw fileFailure("can't create", failure.path(), failure.code());
    }
    std::optional<platform::FileReplacement> next;
    try {
        next.emplace(target, temporaryBeside(target));
        next->write(content);
    } catch (const platform::FileError& failure) {
        throw fileFailure("can't write", path, failure.code());
    }
    try {
        next->commit();
    } catch (const platform::FileError& failure) {
        throw fileFailure("can't replace", path, failure.code());
    }
}

void removePrivateFile(const fs::path& path) {
    std::error_code error;
    fs::remove(path, error);
    if (error)
        throw fileFailure("can't remove", path, error);
}

std::string shownPath(const fs::path& path) {
    const std::u8string text = path.u8string();
    return printable(std::string(text.begin(), text.end()), 1024);
}

} // namespace central_oauth::cli
