// SPDX-License-Identifier: Apache-2.0
// The file that holds the encryption keys, and the addition of a key to it.
#pragma once

#include "central_oauth/config/Environment.h"
#include "central_oauth/provider/Secret.h"

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace central_oauth::config {

/// The keys can't be changed. what() gives the reason and the fix, and holds no key.
class KeyRingError : public std::runtime_error {
public:
    enum class Kind {
        settings, ///< the keys are not in a file that this command may change, or are invalid
        busy,     ///< another process is changing the file
        file,     ///< the file can't be read or written
    };

    KeyRingError(Kind kind, const std::string& what) : std::runtime_error(what), _kind(kind) {}
    [[nodiscard]] Kind kind() const noexcept { return _kind; }

private:
    Kind _kind;
};

/// Returns the file that CENTRAL_OAUTH_SECRET_KEY_FILE or CENTRAL_OAUTH_KEY_RING_FILE names.
/// Throws: KeyRingError(settings) if the keys are in a variable, are a copy from the service manager, are set
/// by both, or are not set.
[[nodiscard]] std::filesystem::path findKeyRingFile(const Environment& environment);

class LockedSecretFile;

/// Adds a new key before the keys of a file. The constructor checks the file and its content. `commit` writes
/// the new content to a temporary file, makes it durable and replaces the file atomically: a reader sees the
/// old or the new file. Without `commit` nothing changes.
///
/// Holds a lock on the file, so concurrent additions run one after the other. Keeps a symbolic link; refuses
/// a file with a second hard link. The file keeps its owner and group, and becomes readable by its owner
/// only; a group keeps its read access if others had none. If a signal ends the process inside `commit`, a
/// temporary file stays until the next `commit`. Hold signals back to avoid this.
///
/// Not thread-safe. Errors: KeyRingError. From the constructor, the file is unchanged. From `commit`, the
/// text says if the file already has the new key.
class KeyRingAddition {
public:
    /// Requires: 64 hex digits.
    KeyRingAddition(const std::filesystem::path& file, const provider::Secret& hexKey);
    ~KeyRingAddition();
    KeyRingAddition(const KeyRingAddition&) = delete;
    KeyRingAddition& operator=(const KeyRingAddition&) = delete;

    /// Returns all keys after `commit`, the new one first, as lower-case hex digits.
    [[nodiscard]] const std::vector<provider::Secret>& ring() const noexcept { return _ring; }

    /// Returns whether users who can read the file now lose that access by `commit`.
    /// Throws: KeyRingError.
    [[nodiscard]] bool hidesFromOthers() const;

    void commit();

private:
    std::unique_ptr<LockedSecretFile> _file;
    std::vector<provider::Secret> _ring;
    provider::Secret _content; ///< the content after `commit`
};

} // namespace central_oauth::config
