// SPDX-License-Identifier: Apache-2.0
// The only file of this module that calls OpenSSL directly: Poco 1.11 sets neither options nor a security
// level, ignores an invalid cipher list, and accepts the common name as a host name.
#include "TlsPolicy.h"

#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/Paths.h"
#include "central_oauth/base/PerThread.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/platform/Authorities.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <Poco/Environment.h>
#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/VerificationErrorArgs.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace central_oauth::httpclient {

namespace {

constexpr const char* suitesOfTls12 =
    "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:!aNULL:!eNULL:!PSK:!SRP";
constexpr int securityLevel = 2; // 112 bits: RSA from 2048 bits on, no SHA-1

// X509_V_ERR_* of this thread's current handshake. OpenSSL keeps it in the SSL object, which Poco hides.
thread_local int certificateFault = X509_V_OK;

// The names in the certificate of that handshake, if it is for another host.
struct CertificateNames {
    std::string text;
};

std::string& certificateNames() {
    return base::PerThread<CertificateNames>::get().text;
}

// Formats a peer's names for an error text: at most three, with only the characters that names may have.
std::string shownNames(const std::set<std::string>& names) {
    constexpr std::size_t most = 3;
    constexpr std::size_t longest = 100;
    std::string text;
    std::size_t shown = 0;
    for (const auto& name : names) {
        if (shown++ == most)
            return text + ", …";
        std::string plain = name.substr(0, longest);
        std::replace_if(
            plain.begin(), plain.end(),
            [](char c) { return !base::isAlphanumeric(c) && c != '.' && c != '-' && c != '*'; }, '?');
        text += (text.empty() ? "" : ", ") + plain;
    }
    return text.empty() ? "no host" : text;
}

// Keeps a stricter system-wide configuration of OpenSSL.
bool harden(SSL_CTX* context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CLEANSE_PLAINTEXT);
    SSL_CTX_clear_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF |
                                       SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
    if (SSL_CTX_get_security_level(context) < securityLevel)
        SSL_CTX_set_security_level(context, securityLevel);
    if (SSL_CTX_set_cipher_list(context, suitesOfTls12) != 1)
        return false;
    return SSL_CTX_get_min_proto_version(context) >= TLS1_2_VERSION ||
           SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1;
}

struct BioFree {
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
struct EntriesFree {
    void operator()(STACK_OF(X509_INFO) * entries) const noexcept {
        sk_X509_INFO_pop_free(entries, X509_INFO_free);
    }
};

// Adds the certificates and revocation lists of a PEM text. Returns false if there is none, or one is
// unreadable.
bool addAuthorities(X509_STORE* store, std::string_view pem) {
    const std::unique_ptr<BIO, BioFree> content(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const std::unique_ptr<STACK_OF(X509_INFO), EntriesFree> entries(
        content ? PEM_X509_INFO_read_bio(content.get(), nullptr, nullptr, nullptr) : nullptr);
    int certificates = 0;
    for (int i = 0; i < sk_X509_INFO_num(entries.get()); ++i) {
        const X509_INFO* entry = sk_X509_INFO_value(entries.get(), i);
        if (entry->x509 != nullptr && X509_STORE_add_cert(store, entry->x509) == 1)
            ++certificates;
        if (entry->crl != nullptr)
            X509_STORE_add_crl(store, entry->crl);
    }
    return certificates > 0;
}

// Reads the file once, with the function that also judges it.
void trustBundle(SSL_CTX* context, const std::filesystem::path& file, platform::FileRole role) {
    const auto bundle = platform::readTrusted(role, file);
    std::string why = "holds no PEM certificate that can be used; name a readable file of PEM certificates";
    if (bundle.refused())
        why = bundle.refusals.back().problem + "; " + bundle.refusals.back().fix;
    else if (addAuthorities(SSL_CTX_get_cert_store(context), bundle.content->reveal()))
        return;
    ERR_clear_error();
    constexpr std::size_t longestShownPath = 300; // the path may come from a command line and hold anything
    throw base::Error(base::ErrorCode::providerMisconfigured, {},
                      "the CA bundle " + base::displayText(base::pathText(file), longestShownPath) + " " +
                          why);
}

bool isUnknownIssuer(int fault) {
    switch (fault) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
        return true;
    default:
        return false;
    }
}

std::string certificateText(int fault, const std::string& caSetting) {
    const std::string trust =
        "; if this is the right server, or a proxy of your network in front of it, name "
        "the file with its CA's certificate in " +
        caSetting;
    if (isUnknownIssuer(fault))
        return "the certificate's issuer is unknown here" + trust;
    switch (fault) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return "the certificate is self-signed, so its issuer is unknown here" + trust;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "the certificate has expired; have the server's operator renew it, or set this machine's "
               "clock if it is wrong";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "the certificate is not valid yet; set this machine's clock if it is wrong";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "the certificate is for another name; correct the address, or have the certificate issued "
               "with this name as subjectAltName (it is for " +
               certificateNames() + ")";
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return "the key or signature of a certificate is too weak; have it issued with RSA of 2048 bits or "
               "more, or EC, and SHA-256";
    default:
        return std::string("the certificate is not acceptable (") + X509_verify_cert_error_string(fault) +
               "); have the server's operator correct it";
    }
}

// Poco passes OpenSSL's error on as the text "error:HEX:library:function:reason".
int reasonOf(const std::string& message) {
    constexpr std::string_view prefix = "error:";
    const auto start = message.find(prefix);
    if (start == std::string::npos)
        return 0;
    const auto digits = start + prefix.size();
    const auto code =
        base::parseNumber<unsigned>(message.substr(digits, message.find(':', digits) - digits), 16);
    return code && ERR_GET_LIB(*code) == ERR_LIB_SSL ? ERR_GET_REASON(*code) : 0;
}

const char* protocolText(int reason) {
    switch (reason) {
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_VERSION_TOO_LOW:
        return "the server's protocol is too old; it must speak TLS 1.2 or newer";
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
        return "there is no TLS at this port; correct scheme and port of the address";
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
    case SSL_R_NO_CIPHERS_AVAILABLE:
    case SSL_R_WRONG_CIPHER_RETURNED:
    case SSL_R_DH_KEY_TOO_SMALL:
        return "no common cipher suite; the server must offer one with forward secrecy and AES-GCM or "
               "ChaCha20";
    default:
        return nullptr;
    }
}

// Leaves out what OpenSSL can't read. Returns false if nothing is left.
bool trustAll(const std::vector<std::string>& certificates, X509_STORE* store) {
    bool isAnyRead = false;
    for (const auto& certificate : certificates) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(certificate.data());
        const std::unique_ptr<X509, decltype(&X509_free)> parsed(
            d2i_X509(nullptr, &bytes, static_cast<long>(certificate.size())), &X509_free);
        isAnyRead |= parsed && X509_STORE_add_cert(store, parsed.get()) == 1;
    }
    ERR_clear_error();
    return isAnyRead;
}

} // namespace

Poco::Net::Context::Ptr verifyingContext(const std::filesystem::path& extraCaFile, platform::FileRole role) {
    Poco::Net::Context::Params params;
    params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
    params.verificationDepth = 9;
    params.loadDefaultCAs = false;
    Poco::Net::Context::Ptr context(new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params));
    if (!extraCaFile.empty())
        trustBundle(context->sslContext(), extraCaFile, role);
    const bool hardened = harden(context->sslContext());
    ERR_clear_error();
    if (!hardened)
        throw base::Error(base::ErrorCode::internal, {}, "OpenSSL offers no cipher suite of TLS 1.2");
    return context;
}

// OpenSSL reports no error if the file can't be read, for example for want of a descriptor.
bool trustSystem(Poco::Net::Context::Ptr context) {
    const std::string named = Poco::Environment::get(X509_get_default_cert_file_env(), "");
    if (const auto authorities = platform::systemAuthorities(); authorities && named.empty())
        return trustAll(*authorities, SSL_CTX_get_cert_store(context->sslContext()));
    const auto certificates = [&context] {
        return sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context->sslContext())));
    };
    const int before = certificates();
    const bool isRead = SSL_CTX_set_default_verify_paths(context->sslContext()) == 1;
    ERR_clear_error();
    const std::filesystem::path file(named.empty() ? X509_get_default_cert_file() : named);
    std::error_code unknown;
    const bool hasFile = std::filesystem::is_regular_file(file, unknown) &&
                         std::filesystem::file_size(file, unknown) > 0 && !unknown;
    return isRead && (certificates() > before || !hasFile);
}

void RememberingRejectHandler::onInvalidCertificate(const void* sender,
                                                    Poco::Net::VerificationErrorArgs& error) {
    certificateFault = error.errorNumber();
    RejectCertificateHandler::onInvalidCertificate(sender, error);
}

void requireCertificateFor(const Poco::Net::X509Certificate& certificate, const std::string& host) {
    // Older OpenSSL functions take no const certificate.
    auto* const x509 = const_cast<X509*>(certificate.certificate());
    Poco::Net::IPAddress literal;
    const bool isAddress = Poco::Net::IPAddress::tryParse(host, literal);
    constexpr unsigned flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    const int matches = isAddress ? X509_check_ip_asc(x509, literal.toString().c_str(), 0)
                                  : X509_check_host(x509, host.data(), host.size(), flags, nullptr);
    if (matches == 1)
        return;
    std::string commonName;
    std::set<std::string> names;
    certificate.extractNames(commonName, names);
    certificateNames() = shownNames(names);
    certificateFault = isAddress ? X509_V_ERR_IP_ADDRESS_MISMATCH : X509_V_ERR_HOSTNAME_MISMATCH;
    throw Poco::Net::CertificateValidationException("not for this host");
}

TlsRefusal::TlsRefusal() noexcept {
    certificateFault = X509_V_OK;
    certificateNames().clear();
}

std::string TlsRefusal::describe(const Poco::Net::SSLException& failure, const std::string& caSetting) const {
    if (certificateFault != X509_V_OK)
        return "TLS: " + certificateText(certificateFault, caSetting);
    if (const char* text = protocolText(reasonOf(failure.message())))
        return std::string("TLS: ") + text;
    return std::string("TLS: ") + failure.name() +
           (failure.message().empty() ? "" : ": " + failure.message());
}

provider::LocalFault TlsRefusal::faultOf(const Poco::Net::SSLException& failure) const {
    using provider::LocalFault;
    switch (certificateFault) {
    case X509_V_OK:
        break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return LocalFault::clock;
    default:
        return LocalFault::trust;
    }
    const int reason = reasonOf(failure.message());
    const bool isOtherServer = reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST;
    return isOtherServer ? LocalFault::trust : LocalFault::none;
}

} // namespace central_oauth::httpclient
