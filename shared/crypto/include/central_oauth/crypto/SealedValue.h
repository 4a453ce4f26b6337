// SPDX-License-Identifier: Apache-2.0
// Values encrypted for one place in the database: a blob that was moved or replaced does not open.
//
// Module crypto: the only code that calls OpenSSL's cryptography. Knows no store, no HTTP, no OAuth.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/KeyRing.h"
#include "central_oauth/provider/Secret.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::crypto {

/// The place and the owner of a sealed value. All of it is authenticated; none of it is stored in the blob.
/// Borrows its texts for a call.
struct SealContext {
    std::string_view table{};
    std::string_view column{};
    std::string_view row{};    ///< the row's id
    std::string_view client{}; ///< the owning client's id; may be empty
    std::uint64_t generation = 0;
};

/// The reason why a blob can't be opened. It affects one row; never treat the value as absent.
///
/// A value. As a base::Error it has the code internal. Its detail names the place and the key id, never
/// content.
class SealError : public base::Error {
public:
    enum class Kind {
        malformed,            ///< not a blob of a known format version
        unknownKey,           ///< the ring does not have the key
        authenticationFailed, ///< damaged, moved from another context, or sealed under another key with the
                              ///< same id
    };

    SealError(Kind kind, std::string keyId, const std::string& detail);

    [[nodiscard]] Kind kind() const noexcept { return _kind; }

    /// Returns the key id in the blob; empty if the blob is malformed.
    [[nodiscard]] const std::string& keyId() const noexcept { return _keyId; }

private:
    Kind _kind;
    std::string _keyId;
};

/// Seals values for their place and opens them.
///
/// Format 1 (on disk, do not renumber): version 1 · key id 4 · salt 16 · nonce 12 · ciphertext · tag 16. Each
/// value has its own key: HKDF-SHA-256 of the ring key with the salt and "table/column". AES-256-GCM also
/// authenticates version, key id and SealContext.
///
/// Owns its key ring.
///
/// Thread-safe; immutable.
///
/// Errors: SealError from each function that reads a blob, base::Error(internal) if OpenSSL fails.
class Sealer {
public:
    /// The size of a blob minus the size of its value, in bytes.
    static constexpr std::size_t overhead = 1 + 4 + 16 + 12 + 16;

    explicit Sealer(KeyRing ring) noexcept;

    /// Returns a new blob under the ring's newest key. Each call returns a different one.
    [[nodiscard]] std::string seal(const SealContext& context, std::string_view plaintext) const;

    /// Returns the value of a blob that was sealed for exactly this context. Tries only the key that the blob
    /// names.
    /// Throws: SealError.
    [[nodiscard]] Secret open(const SealContext& context, std::string_view blob) const;

    /// Returns the id of the key that `seal` uses. A row under another key should be sealed anew.
    [[nodiscard]] const std::string& currentKeyId() const noexcept { return _ring.currentKeyId(); }

    /// Returns all key ids of the ring, newest first.
    [[nodiscard]] const std::vector<std::string>& keyIds() const noexcept { return _ring.keyIds(); }

    /// Returns a known value sealed under the named key. Store it, so that later starts can verify that they
    /// have that key.
    /// Throws: SealError(unknownKey).
    [[nodiscard]] std::string keyCheckValue(std::string_view keyId) const;

    /// Verifies that the ring's key opens a blob that keyCheckValue made for this key id.
    /// Throws: SealError: unknownKey if the ring lacks the key, otherwise malformed or authenticationFailed.
    void verifyKeyCheck(std::string_view keyId, std::string_view blob) const;

private:
    [[nodiscard]] std::string sealUnder(std::string_view keyId, const SealContext& context,
                                        std::string_view plaintext) const;
    [[nodiscard]] std::string_view requireKey(std::string_view keyId, const SealContext& context) const;

    KeyRing _ring;
};

} // namespace central_oauth::crypto
