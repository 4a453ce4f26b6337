// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/SealedValue.h"

#include "HkdfBytes.h"
#include "central_oauth/base/Wipe.h"
#include "central_oauth/crypto/Aead.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/crypto/Random.h"

#include <array>
#include <optional>
#include <utility>

namespace central_oauth::crypto {

namespace {

constexpr char formatVersion = 1;
constexpr std::size_t keyIdSize = 4;
constexpr std::size_t saltSize = 16;
constexpr std::size_t headerSize = 1 + keyIdSize + saltSize + aeadNonceSize;
static_assert(headerSize + aeadTagSize == Sealer::overhead);

constexpr std::string_view keyCheckText = "central-oauth key check";

// The parts of a blob, as views into it.
struct BlobParts {
    std::string_view keyId; ///< raw
    std::string_view salt;
    std::string_view nonce;
    std::string_view ciphertextAndTag;
};

std::optional<BlobParts> split(std::string_view blob) {
    if (blob.size() < Sealer::overhead || blob.front() != formatVersion)
        return std::nullopt;
    return BlobParts{blob.substr(1, keyIdSize), blob.substr(1 + keyIdSize, saltSize),
                     blob.substr(1 + keyIdSize + saltSize, aeadNonceSize), blob.substr(headerSize)};
}

void appendNumber(std::string& out, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8)
        out.push_back(static_cast<char>(static_cast<unsigned char>(number >> shift)));
}

// Prefixes every text with its length, so that different places never have the same bytes.
std::string associatedData(std::string_view rawKeyId, const SealContext& context) {
    const std::array texts{context.table, context.column, context.row, context.client};
    std::size_t size = 1 + rawKeyId.size() + (texts.size() + 1) * sizeof(std::uint64_t);
    for (const auto text : texts)
        size += text.size();
    std::string data;
    data.reserve(size);
    data += formatVersion;
    data += rawKeyId;
    for (const auto text : texts) {
        appendNumber(data, text.size());
        data += text;
    }
    appendNumber(data, context.generation);
    return data;
}

/// The key of one value. Wiped when destroyed.
class ValueKey {
public:
    ValueKey(std::string_view ringKey, std::string_view salt, const SealContext& context) {
        hkdfSha256Into(_bytes, ringKey, salt, {context.table, "/", context.column});
    }
    ~ValueKey() { base::wipe(_bytes.data(), _bytes.size()); }
    ValueKey(const ValueKey&) = delete;
    ValueKey& operator=(const ValueKey&) = delete;

    [[nodiscard]] std::string_view reveal() const noexcept { return {_bytes.data(), _bytes.size()}; }

private:
    std::array<char, aeadKeySize> _bytes{};
};

std::string describe(const SealContext& context) {
    std::string place("sealed value in ");
    place.append(context.table).append(1, '.').append(context.column);
    return place.append(", row ").append(context.row);
}

SealContext keyCheckContext(std::string_view keyId) {
    return {.table = "instance", .column = "key_check", .row = keyId};
}

} // namespace

SealError::SealError(Kind kind, std::string keyId, const std::string& detail)
    : base::Error(base::ErrorCode::internal, {}, detail), _kind(kind), _keyId(std::move(keyId)) {}

Sealer::Sealer(KeyRing ring) noexcept : _ring(std::move(ring)) {}

std::string Sealer::seal(const SealContext& context, std::string_view plaintext) const {
    return sealUnder(currentKeyId(), context, plaintext);
}

std::string Sealer::sealUnder(std::string_view keyId, const SealContext& context,
                              std::string_view plaintext) const {
    const std::string_view ringKey = requireKey(keyId, context);
    const std::string rawKeyId = decodeHex(keyId).value();
    const std::string salt = randomBytes(saltSize);
    const std::string nonce = randomBytes(aeadNonceSize);
    const ValueKey key(ringKey, salt, context);
    const std::string data = associatedData(rawKeyId, context);

    std::string blob(1, formatVersion);
    blob.reserve(plaintext.size() + overhead);
    blob += rawKeyId;
    blob += salt;
    blob += nonce;
    blob += aeadSeal({key.reveal(), nonce, data}, plaintext);
    return blob;
}

Secret Sealer::open(const SealContext& context, std::string_view blob) const {
    const auto parts = split(blob);
    if (!parts)
        throw SealError(SealError::Kind::malformed, {}, describe(context) + " is malformed");
    const std::string keyId = encodeHex(parts->keyId);
    const ValueKey key(requireKey(keyId, context), parts->salt, context);
    const std::string data = associatedData(parts->keyId, context);
    auto plaintext = aeadOpen({key.reveal(), parts->nonce, data}, parts->ciphertextAndTag);
    if (!plaintext)
        throw SealError(SealError::Kind::authenticationFailed, keyId,
                        describe(context) + " fails its authentication under key " + keyId);
    return std::move(*plaintext);
}

std::string_view Sealer::requireKey(std::string_view keyId, const SealContext& context) const {
    const auto key = _ring.findKey(keyId);
    if (!key)
        throw SealError(SealError::Kind::unknownKey, std::string(keyId),
                        describe(context) + " needs key " + std::string(keyId) +
                            ", which is not in the key ring");
    return *key;
}

std::string Sealer::keyCheckValue(std::string_view keyId) const {
    return sealUnder(keyId, keyCheckContext(keyId), keyCheckText);
}

void Sealer::verifyKeyCheck(std::string_view keyId, std::string_view blob) const {
    const SealContext context = keyCheckContext(keyId);
    static_cast<void>(requireKey(keyId, context));
    // The place includes the key id, so a check value of another key fails here as well.
    if (open(context, blob).reveal() != keyCheckText)
        throw SealError(SealError::Kind::authenticationFailed, std::string(keyId),
                        describe(context) + " holds another text than expected");
}

} // namespace central_oauth::crypto
