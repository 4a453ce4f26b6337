// SPDX-License-Identifier: Apache-2.0
// What files are trusted with, and how much each of them has to be out of other users' hands.
#pragma once

#include <cstdint>
#include <string_view>

namespace central_oauth::platform {

/// What a file or a folder is used for.
enum class FileRole {
    plugin,              ///< code that this process runs
    secret,              ///< a file that NAME_FILE names
    mountedSecret,       ///< a secret that a service manager or a container manager put there
    credentials,         ///< the folder $CREDENTIALS_DIRECTORY
    tlsCertificate,      ///< what the listener shows
    tlsKey,              ///< what the listener proves it with
    authorities,         ///< certificates that upstream is verified with
    authoritiesFolder,   ///< a folder that OpenSSL finds such certificates in
    personalAuthorities, ///< the same of the command-line client
    clientSettings,      ///< what the command-line client keeps, a client key with it
    databaseFolder,      ///< the folder of the database
    database,            ///< the database, below a folder that was judged
    logFile,             ///< what the log is appended to
};

/// What can be wrong with a file. The folders are all those above it, by its given and by its real path.
enum class FileFault {
    // These are refused in every role.
    missing,      ///< there is no such file, or one above it is no folder
    unreadable,   ///< this user may not open it, or a folder above it
    wrongKind,    ///< it is no regular file, or no folder where one is wanted
    symbolicLink, ///< where the role follows none
    changed,      ///< it became another file while it was being opened
    tooLarge,
    // Of these the role decides.
    ownedByOther, ///< by neither root nor the user of this process
    groupWrites,
    everybodyWrites,
    everybodyReads,
    folderOwnedByOther,
    folderGroupWrites, ///< in a folder with the sticky bit that is none, and likewise below
    folderEverybodyWrites,
};

/// What a role says about a fault.
enum class Ruling {
    accepted,
    warned,
    refused,
};

/// Returns what `role` says about `fault`. The table is in FileRole.cpp, and in docs/configuration.md.
[[nodiscard]] Ruling rulingOn(FileRole role, FileFault fault) noexcept;

/// Returns the role's name for documents and messages, such as "TLS key".
[[nodiscard]] std::string_view nameOf(FileRole role) noexcept;

/// Returns how many bytes a file of this role may have.
[[nodiscard]] std::uint64_t largestOf(FileRole role) noexcept;

/// Whether the role is that of a folder, and whether a symbolic link may stand at the end of the path.
[[nodiscard]] bool isFolder(FileRole role) noexcept;
[[nodiscard]] bool followsLink(FileRole role) noexcept;

} // namespace central_oauth::platform
