// SPDX-License-Identifier: Apache-2.0
// Uses a bare SSL_CTX instead of Poco's, which asks for passphrases on the terminal and has defaults that
// change with its version.
#include "central_oauth/http/TlsContext.h"

#include "TlsTransport.h"
#include "central_oauth/platform/TrustedFile.h"

#include <array>
#include <ctime>
#include <initializer_list>
#include <string>
#include <string_view>
#include <system_error>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace central_oauth::http {

namespace {

namespace fs = std::filesystem;

struct ContextFree {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
struct KeyFree {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
struct CertificateFree {
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
struct BioFree {
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};

constexpr const char* suitesOfTls12 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* suitesOfTls13 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
// Finite-field groups cost a server up to 200 times as much as these, and cost the peer that requests them
// nothing.
constexpr const char* groups = "X25519:P-256:P-384";
constexpr const char* hybridGroups = "X25519MLKEM768:X25519:P-256:P-384";
constexpr int securityLevel = 2; // 112 bits: RSA from 2048 bits on, no SHA-1

[[noreturn]] void refuse(const std::string& what, const std::string& problem, const std::string& fix) {
    ERR_clear_error();
    throw TlsError("the " + what + " file " + problem, fix);
}

// Returns OpenSSL's oldest error, the cause of the others. Its text quotes nothing that was read.
std::string reason() {
    const auto error = ERR_peek_error();
    if (ERR_SYSTEM_ERROR(error))
        return std::generic_category().message(ERR_GET_REASON(error));
    const char* text = ERR_reason_error_string(error);
    return text == nullptr ? "unknown error" : text;
}

bool isCause(int library, std::initializer_list<int> reasons) {
    const auto error = ERR_peek_error();
    for (const int reason : reasons) {
        if (ERR_GET_LIB(error) == library && ERR_GET_REASON(error) == reason)
            return true;
    }
    return false;
}

// A daemon has no terminal: waiting for a passphrase would look like a hang.
int refusePassphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

provider::Secret contentOf(const std::string& what, platform::FileRole role, const fs::path& file) {
    auto read = platform::readTrusted(role, file);
    if (read.refused())
        refuse(what, read.refusals.back().problem, read.refusals.back().fix);
    return std::move(*read.content);
}

std::unique_ptr<BIO, BioFree> bioOf(const provider::Secret& content) {
    return std::unique_ptr<BIO, BioFree>(
        BIO_new_mem_buf(content.reveal().data(), static_cast<int>(content.size())));
}

// As SSL_CTX_use_certificate_chain_file, for content that was already read.
bool useChain(SSL_CTX* context, BIO* content, bool& asked) {
    using Certificate = std::unique_ptr<X509, CertificateFree>;
    const Certificate own(PEM_read_bio_X509_AUX(content, nullptr, refusePassphrase, &asked));
    if (!own || SSL_CTX_use_certificate(context, own.get()) != 1 || SSL_CTX_clear_chain_certs(context) != 1)
        return false;
    while (Certificate next{PEM_read_bio_X509(content, nullptr, refusePassphrase, &asked)}) {
        if (SSL_CTX_add0_chain_cert(context, next.get()) != 1)
            return false;
        static_cast<void>(next.release()); // owned by the context now
    }
    const auto end = ERR_peek_last_error();
    if (ERR_GET_LIB(end) != ERR_LIB_PEM || ERR_GET_REASON(end) != PEM_R_NO_START_LINE)
        return false;
    ERR_clear_error();
    return true;
}

void useCertificates(SSL_CTX* context, const fs::path& file) {
    const std::string what = "certificate";
    const auto content = contentOf(what, platform::FileRole::tlsCertificate, file);
    const auto bio = bioOf(content);
    bool asked = false;
    ERR_clear_error();
    if (bio && useChain(context, bio.get(), asked))
        return;
    if (isCause(ERR_LIB_SSL, {SSL_R_EE_KEY_TOO_SMALL, SSL_R_CA_KEY_TOO_SMALL, SSL_R_CA_MD_TOO_WEAK}))
        refuse(what, "is too weak: " + reason(),
               "have it made with SHA-256 and an EC key of P-256 or an RSA key of 2048 bits, or better");
    if (isCause(ERR_LIB_PEM, {PEM_R_NO_START_LINE}))
        refuse(what, "holds no certificate",
               "it must be PEM: the server's own certificate first, then those that lead to the authority");
    refuse(what, "can't be read: " + reason(), "let the service read it, and check that it is PEM");
}

std::unique_ptr<EVP_PKEY, KeyFree> readKey(const fs::path& file) {
    const std::string what = "key";
    const auto content = contentOf(what, platform::FileRole::tlsKey, file);
    ERR_clear_error();
    const auto bio = bioOf(content);
    bool asked = false;
    std::unique_ptr<EVP_PKEY, KeyFree> key(
        bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, refusePassphrase, &asked) : nullptr);
    if (asked)
        refuse(what, "is protected by a passphrase",
               "write it without one: openssl pkey -in KEY -out PLAIN-KEY, readable by the service alone");
    if (!key)
        refuse(what, "holds no private key", "it must be PEM and begin with a line BEGIN … PRIVATE KEY");
    return key;
}

void useKey(SSL_CTX* context, const fs::path& file) {
    const auto key = readKey(file);
    const bool match = X509_check_private_key(SSL_CTX_get0_certificate(context), key.get()) == 1;
    if (!match || SSL_CTX_use_PrivateKey(context, key.get()) != 1)
        refuse("key", "does not belong to the certificate",
               "name the key that the certificate was made for; if the certificate file holds several "
               "certificates, the server's own must be the first");
}

int selectProtocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                   unsigned offeredLength, void*) {
    static constexpr std::array<unsigned char, 9> http11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* found = nullptr;
    // A peer that offers only other protocols was sent here by mistake or by an attacker (RFC 9325 section
    // 3.7).
    if (SSL_select_next_proto(&found, length, http11.data(), http11.size(), offered, offeredLength) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

void harden(SSL_CTX* context) {
    // First, because it applies to certificate and key.
    SSL_CTX_set_security_level(context, securityLevel);
    const bool known = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
                       SSL_CTX_set_max_proto_version(context, 0) == 1 &&
                       SSL_CTX_set_cipher_list(context, suitesOfTls12) == 1 &&
                       SSL_CTX_set_ciphersuites(context, suitesOfTls13) == 1;
    if (!known)
        throw TlsError("OpenSSL lacks required TLS versions or cipher suites: " + reason(),
                       "install an OpenSSL without that restriction");
    // Adds the hybrid group if this OpenSSL has it.
    if (SSL_CTX_set1_groups_list(context, hybridGroups) != 1 &&
        SSL_CTX_set1_groups_list(context, groups) != 1)
        throw TlsError("OpenSSL lacks the required key exchange groups: " + reason(),
                       "install an OpenSSL without that restriction");
    ERR_clear_error();

    // No resumption: ticket keys would live as long as the process and weaken forward secrecy (RFC 9325
    // section 3.4), and clients keep their connections open anyway.
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                     SSL_OP_CLEANSE_PLAINTEXT);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_max_early_data(context, 0); // early data can be replayed

    // A repeated send may use another buffer, and idle connections keep no buffers.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_alpn_select_cb(context, selectProtocol, nullptr);
}

base::Timestamp endOf(const X509* certificate) {
    using namespace std::chrono;
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1)
        refuse("certificate", "has no valid expiry date", "have a new one made");
    const year_month_day day(year(end.tm_year + 1900), month(static_cast<unsigned>(end.tm_mon + 1)),
                             std::chrono::day(static_cast<unsigned>(end.tm_mday)));
    return sys_days(day) + hours(end.tm_hour) + minutes(end.tm_min) + seconds(end.tm_sec);
}

} // namespace

struct TlsContext::State {
    std::unique_ptr<SSL_CTX, ContextFree> context;
    base::Timestamp expiresAt;
};

TlsContext::TlsContext(const TlsFiles& files) : _state(std::make_unique<State>()) {
    ERR_clear_error();
    _state->context.reset(SSL_CTX_new(TLS_server_method()));
    auto* context = _state->context.get();
    if (context == nullptr)
        throw TlsError("OpenSSL can't be used: " + reason(), "check its installation");
    harden(context);
    useCertificates(context, files.certificate);
    useKey(context, files.key);
    _state->expiresAt = endOf(SSL_CTX_get0_certificate(context));
    ERR_clear_error();
}

TlsContext::~TlsContext() = default;

base::Timestamp TlsContext::expiresAt() const noexcept {
    return _state->expiresAt;
}

std::unique_ptr<Transport> TlsContext::accept(const Poco::Net::StreamSocket& socket) const {
    return std::make_unique<TlsTransport>(_state->context.get(), socket);
}

} // namespace central_oauth::http
