// SPDX-License-Identifier: Apache-2.0
// Values encrypted for one place in the database: a blob that is moved or replaced does not open.
//
// Module crypto: the only code that calls OpenSSL's cryptography. Built on base; knows no store, no HTTP, no
// OAuth.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/KeyRing.h"
#include "central_oauth/provider/Secret.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::crypto {

/// Where a sealed value lives and whose it is. All of it is authenticated; none of it is stored in the blob.
struct Place {
    std::string table{};
    std::string column{};
    std::string row{};    ///< the row's id
    std::string client{}; ///< the owning client's id; empty where there is none
    std::uint64_t generation = 0;
};

/// Why a blob could not be opened. Concerns the one row; never a reason to treat the value as absent.
///
/// A value. As a base::Error it has the code internal; its detail names the place and key id, never any
/// content.
class SealError : public base::Error {
public:
    enum class Kind {
        malformed,            ///< no blob of a known format version
        unknownKey,           ///< sealed under a key that the ring does not have
        authenticationFailed, ///< damaged, moved from another place, or under another key with the same id
    };

    SealError(Kind kind, std::string keyId, const std::string& detail);

    [[nodiscard]] Kind kind() const noexcept { return _kind; }

    /// The key id that the blob names; empty if malformed.
    [[nodiscard]] const std::string& keyId() const noexcept { return _keyId; }

private:
    Kind _kind;
    std::string _keyId;
};

/// Seals values for their place and opens them again.
///
/// Format 1 (on disk, do not renumber): version 1 · key id 4 · salt 16 · nonce 12 · ciphertext · tag 16. Each
/// value has its own key, HKDF-SHA-256 of the ring key with the salt and "table/column"; AES-256-GCM
/// authenticates version, key id and Place with it.
///
/// Owns its key ring.
///
/// Threads: any; const and without mutable state.
///
/// Errors: SealError from whatever reads a blob, base::Error(internal) if OpenSSL fails.
class Sealer {
public:
    /// Bytes by which a blob is longer than its value.
    static constexpr std::size_t overhead = 1 + 4 + 16 + 12 + 16;

    explicit Sealer(KeyRing ring) noexcept;

    /// A new blob under the ring's newest key; different at each call. [any thread]
    [[nodiscard]] std::string seal(const Place& place, std::string_view plaintext) const;

    /// The value of a blob that was sealed for exactly this place. Tries the key that the blob names and no
    /// other. Throws: SealError. [any thread]
    [[nodiscard]] Secret open(const Place& place, std::string_view blob) const;

    /// The id of the key that a blob names. Throws: SealError(malformed). [any thread]
    [[nodiscard]] static std::string keyIdOf(std::string_view blob);

    /// The id of the key that seals now; a row under another one is due to be sealed anew.
    [[nodiscard]] const std::string& currentKeyId() const noexcept { return _ring.currentKeyId(); }

    /// All key ids of the ring, newest first.
    [[nodiscard]] const std::vector<std::string>& keyIds() const noexcept { return _ring.keyIds(); }

    /// A known value sealed under the named key, to be kept so that later starts can tell whether they have
    /// that key. Throws: SealError(unknownKey). [any thread]
    [[nodiscard]] std::string keyCheckValue(std::string_view keyId) const;

    /// Opens what keyCheckValue made for this key id; returns if the ring's key is the right one.
    /// Throws: SealError: unknownKey if the ring lacks it, else malformed or authenticationFailed. [any
    /// thread]
    void verifyKeyCheck(std::string_view keyId, std::string_view blob) const;

private:
    [[nodiscard]] std::string sealUnder(std::string_view keyId, const Place& place,
                                        std::string_view plaintext) const;
    [[nodiscard]] std::string_view requireKey(std::string_view keyId, const Place& place) const;

    KeyRing _ring;
};

} // namespace central_oauth::crypto
