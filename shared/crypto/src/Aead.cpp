// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/Aead.h"

#include "OpenSsl.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/PerThread.h"

#include <array>
#include <memory>
#include <utility>

#include <openssl/err.h>
#include <openssl/evp.h>

namespace central_oauth::crypto {

namespace {

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

enum class Direction : int { open = 0, seal = 1 };

void requireSizes(const AeadInput& input) {
    if (input.key.size() != aeadKeySize || input.nonce.size() != aeadNonceSize)
        throw base::Error(base::ErrorCode::internal, {}, "cryptography: key or nonce of a wrong size");
}

// Looked up once and never released: threads may use it until the process ends.
const EVP_CIPHER* aesGcm() {
    static const EVP_CIPHER* const cipher = [] {
        const auto* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
        requireOpenSsl(fetched != nullptr, "AES-256-GCM"); // the next call tries again
        return fetched;
    }();
    return cipher;
}

/// The thread's cipher under one key. It is kept, because making one allocates more than it encrypts. At the
/// end another key overwrites the schedule of this one; a cipher that has failed is not used again.
class ThreadCipher {
public:
    /// Sets key, nonce and associated data.
    ThreadCipher(const AeadInput& input, Direction direction);
    ~ThreadCipher();
    ThreadCipher(const ThreadCipher&) = delete;
    ThreadCipher& operator=(const ThreadCipher&) = delete;

    [[nodiscard]] EVP_CIPHER_CTX* get() const noexcept { return _cipher.get(); }

private:
    // Null if the thread is ending.
    static Cipher* kept() noexcept { return base::PerThread<Cipher>::find(); }

    Cipher _cipher;
};

ThreadCipher::ThreadCipher(const AeadInput& input, Direction direction) {
    requireSizes(input);
    if (auto* const cipher = kept())
        _cipher = std::move(*cipher);
    // Naming the cipher again would release what it has allocated.
    const EVP_CIPHER* const algorithm = _cipher ? nullptr : aesGcm();
    if (!_cipher)
        _cipher.reset(EVP_CIPHER_CTX_new());
    requireOpenSsl(_cipher != nullptr, "AES-256-GCM context");
    // GCM's default nonce length is 96 bits, so it needs no setting.
    requireOpenSsl(EVP_CipherInit_ex2(_cipher.get(), algorithm, bytesOf(input.key), bytesOf(input.nonce),
                                      static_cast<int>(direction), nullptr) == 1,
                   "AES-256-GCM key");
    if (!input.associatedData.empty()) {
        int taken = 0;
        requireOpenSsl(EVP_CipherUpdate(_cipher.get(), nullptr, &taken, bytesOf(input.associatedData),
                                        openSslLength(input.associatedData.size())) == 1,
                       "AES-256-GCM associated data");
    }
}

// Setting a key also zeroes what GCM has computed under the earlier one.
ThreadCipher::~ThreadCipher() {
    const std::array<unsigned char, aeadKeySize> noKey{};
    if (EVP_CipherInit_ex2(_cipher.get(), nullptr, noKey.data(), nullptr, static_cast<int>(Direction::seal),
                           nullptr) != 1)
        ERR_clear_error(); // the context is freed, which wipes it
    else if (auto* const cipher = kept())
        *cipher = std::move(_cipher);
}

// Encrypts or decrypts; GCM keeps the length. Requires: enough room in `out`.
bool transform(EVP_CIPHER_CTX* cipher, std::string_view data, unsigned char* out) {
    int written = 0;
    return data.empty() ||
           EVP_CipherUpdate(cipher, out, &written, bytesOf(data), openSslLength(data.size())) == 1;
}

} // namespace

std::string aeadSeal(const AeadInput& input, std::string_view plaintext) {
    const ThreadCipher cipher(input, Direction::seal);
    std::string sealed(plaintext.size() + aeadTagSize, '\0');
    unsigned char* const tag = bytesOf(sealed) + plaintext.size();
    requireOpenSsl(transform(cipher.get(), plaintext, bytesOf(sealed)), "AES-256-GCM encryption");
    int written = 0;
    requireOpenSsl(EVP_CipherFinal_ex(cipher.get(), tag, &written) == 1, "AES-256-GCM end");
    requireOpenSsl(
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(aeadTagSize), tag) == 1,
        "AES-256-GCM tag");
    return sealed;
}

std::optional<Secret> aeadOpen(const AeadInput& input, std::string_view ciphertextAndTag) {
    const ThreadCipher cipher(input, Direction::open);
    if (ciphertextAndTag.size() < aeadTagSize)
        return std::nullopt;
    const std::string_view ciphertext = ciphertextAndTag.substr(0, ciphertextAndTag.size() - aeadTagSize);
    std::array<char, aeadTagSize> tag{};
    ciphertextAndTag.copy(tag.data(), tag.size(), ciphertext.size());
    requireOpenSsl(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(aeadTagSize),
                                       tag.data()) == 1,
                   "AES-256-GCM tag");

    // One extra byte, so that an empty plaintext has a buffer, too.
    std::string plain(ciphertext.size() + 1, '\0');
    const bool decrypted = transform(cipher.get(), ciphertext, bytesOf(plain));
    int written = 0;
    const bool authentic =
        decrypted && EVP_CipherFinal_ex(cipher.get(), bytesOf(plain) + ciphertext.size(), &written) == 1;
    plain.resize(ciphertext.size());
    Secret result(std::move(plain)); // wipes the decrypted bytes, even if they are not authentic
    requireOpenSsl(decrypted, "AES-256-GCM decryption");
    if (!authentic) {
        // OpenSSL may leave an error in the queue, where the thread's next TLS operation would find it.
        ERR_clear_error();
        return std::nullopt;
    }
    return result;
}

} // namespace central_oauth::crypto
