// SPDX-License-Identifier: Apache-2.0
// The uses of files, and how strictly each must be protected from other users.
#pragma once

#include <cstdint>
#include <string_view>

namespace central_oauth::platform {

/// The use of a file or a folder.
enum class FileRole {
    plugin,              ///< code that this process runs
    secret,              ///< a file that NAME_FILE names
    mountedSecret,       ///< a secret provided by a service manager or a container manager
    credentials,         ///< the folder $CREDENTIALS_DIRECTORY
    tlsCertificate,      ///< the certificate of the listener
    tlsKey,              ///< the private key of the listener
    authorities,         ///< certificate authorities for verifying upstream
    authoritiesFolder,   ///< a folder with such authorities for OpenSSL
    personalAuthorities, ///< certificate authorities of the command-line client
    clientSettings,      ///< settings of the command-line client, including a client key
    databaseFolder,      ///< the folder of the database
    database,            ///< the database, in a folder that was checked
    logFile,             ///< the log
};

/// What can be wrong with a file. "Folder" means each folder above it, by the given and by the real path.
enum class FileFault {
    // Refused in every role.
    missing,      ///< there is no such file, or a part of its path is not a folder
    unreadable,   ///< this user may not open it or a folder above it
    wrongKind,    ///< not a regular file, or not a folder where one is required
    symbolicLink, ///< a symbolic link, in a role that follows none
    changed,      ///< replaced while it was being opened
    tooLarge,
    // The role decides.
    ownedByOther, ///< neither root nor this process's user owns it
    groupWrites,
    everybodyWrites,
    everybodyReads,
    folderOwnedByOther,
    folderGroupWrites, ///< in a folder without the sticky bit; also for the next one
    folderEverybodyWrites,
};

/// The ruling of a role on a fault.
enum class Ruling {
    accepted,
    warned,
    refused,
};

/// Returns the ruling of `role` on `fault`. FileRole.cpp and docs/configuration.md have the table.
[[nodiscard]] Ruling rulingOn(FileRole role, FileFault fault) noexcept;

/// Returns the role's name for documents and messages, such as "TLS key".
[[nodiscard]] std::string_view nameOf(FileRole role) noexcept;

/// Returns the largest size in bytes that a file of this role may have.
[[nodiscard]] std::uint64_t largestOf(FileRole role) noexcept;

/// Returns whether the role is that of a folder.
[[nodiscard]] bool isFolder(FileRole role) noexcept;
/// Returns whether the path may end with a symbolic link.
[[nodiscard]] bool followsLink(FileRole role) noexcept;

} // namespace central_oauth::platform
