// SPDX-License-Identifier: Apache-2.0
// The file that holds the encryption keys, and putting another key into it.
#pragma once

#include "central_oauth/config/Environment.h"
#include "central_oauth/provider/Secret.h"

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace central_oauth::config {

/// The keys can't be changed; what() says why and what to do, and holds no key.
class KeyRingError : public std::runtime_error {
public:
    enum class Kind {
        settings, ///< the keys are no file that a command may change, or make no sense
        busy,     ///< another process is changing the file
        file,     ///< the file can't be read or written
    };

    KeyRingError(Kind kind, const std::string& what) : std::runtime_error(what), _kind(kind) {}
    [[nodiscard]] Kind kind() const noexcept { return _kind; }

private:
    Kind _kind;
};

/// The file that CENTRAL_OAUTH_SECRET_KEY_FILE or CENTRAL_OAUTH_KEY_RING_FILE names.
/// Throws: KeyRingError(settings) where the keys stand in a variable, come as a copy from the service
/// manager, are set by both, or not at all.
[[nodiscard]] std::filesystem::path findKeyRingFile(const Environment& environment);

class LockedSecretFile;

/// A new key before the keys of a file. The constructor checks the file and what it holds. `commit` writes
/// the new content beside the file, makes it durable and puts it into place at once: a reader sees the old
/// file or the new one. Without `commit` nothing changes.
///
/// Holds a lock on the file, so that two additions at the same time follow one another. Keeps a symbolic
/// link, and refuses a file with a second hard link. The file keeps its owner and group, and is readable by
/// its owner alone; a group that could read it while others could not still can. A signal that ends the
/// process inside `commit` leaves a file beside it, which the next `commit` removes: hold signals back.
///
/// Not thread-safe. Errors: KeyRingError from the constructor, which leaves the file unchanged, and from
/// `commit`, whose text says where the file has the new key already.
class KeyRingAddition {
public:
    /// Requires: 64 hex digits.
    KeyRingAddition(const std::filesystem::path& file, const provider::Secret& hexKey);
    ~KeyRingAddition();
    KeyRingAddition(const KeyRingAddition&) = delete;
    KeyRingAddition& operator=(const KeyRingAddition&) = delete;

    /// All keys as they are after `commit`, the new one first; lower-case hex digits.
    [[nodiscard]] const std::vector<provider::Secret>& ring() const noexcept { return _ring; }

    /// Whether users who can read the file now will not be able to after `commit`. Throws: KeyRingError.
    [[nodiscard]] bool hidesFromOthers() const;

    void commit();

private:
    std::unique_ptr<LockedSecretFile> _file;
    std::vector<provider::Secret> _ring;
    provider::Secret _content; ///< of the file after `commit`
};

} // namespace central_oauth::config
