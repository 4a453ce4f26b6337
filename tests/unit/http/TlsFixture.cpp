// SPDX-License-Identifier: Apache-2.0
#include "TlsFixture.h"

#include <cstdio>
#include <fstream>

#include <Poco/Net/ServerSocket.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace central_oauth::http::test {

namespace {

struct FileClose {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileClose>;

File create(const std::filesystem::path& path) {
    File file(std::fopen(path.string().c_str(), "wb"));
    CPPUNIT_ASSERT_MESSAGE(path.string(), file != nullptr);
    return file;
}

constexpr int chunk = 16 * 1024;

} // namespace

Key makeEcKey() {
    Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    CPPUNIT_ASSERT(key != nullptr);
    return key;
}

Key makeRsaKey(unsigned bits) {
    Key key(EVP_RSA_gen(bits), EVP_PKEY_free);
    CPPUNIT_ASSERT(key != nullptr);
    return key;
}

X509Pointer makeCertificate(const Key& key, long days, const Key& issuer) {
    X509Pointer certificate(X509_new(), X509_free);
    constexpr long day = 24L * 60 * 60;
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -100 * day);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * day);
    X509_set_pubkey(certificate.get(), key.get());
    const unsigned char name[] = "test";
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC, name, -1, -1, 0);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
    CPPUNIT_ASSERT(X509_sign(certificate.get(), (issuer ? issuer : key).get(), EVP_sha256()) > 0);
    return certificate;
}

PemFolder::PemFolder() {
    std::filesystem::create_directories(_folder.path());
}

PemFolder::PemFolder(const Key& key, const X509Pointer& certificate) : PemFolder() {
    writeKey("key.pem", key);
    writeCertificates("cert.pem", {certificate});
}

void PemFolder::writeCertificates(const std::string& name, std::initializer_list<X509Pointer> chain) const {
    const auto file = create(path(name));
    for (const auto& certificate : chain)
        CPPUNIT_ASSERT_EQUAL(1, PEM_write_X509(file.get(), certificate.get()));
}

void PemFolder::writeKey(const std::string& name, const Key& key, const std::string& passphrase,
                         bool traditional) const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> file(BIO_new_file(path(name).string().c_str(), "wb"),
                                                         BIO_free);
    const auto* cipher = passphrase.empty() ? nullptr : EVP_aes_128_cbc();
    std::string text = passphrase; // OpenSSL's parameter is not const
    auto* bytes = reinterpret_cast<unsigned char*>(text.data());
    const int size = static_cast<int>(text.size());
    const int written =
        traditional ? PEM_write_bio_PrivateKey_traditional(file.get(), key.get(), cipher, bytes, size,
                                                           nullptr, nullptr)
                    : PEM_write_bio_PrivateKey(file.get(), key.get(), cipher, bytes, size, nullptr, nullptr);
    CPPUNIT_ASSERT_EQUAL(1, written);
}

void PemFolder::writeText(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
}

std::filesystem::path PemFolder::path(const std::string& name) const {
    return std::filesystem::path(_folder.path()) / name;
}

SocketPair::SocketPair() {
    Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0), 1);
    client.connect(listener.address());
    server = listener.acceptConnection();
    server.setBlocking(false);
    client.setBlocking(false);
}

TlsClient::TlsClient(const Poco::Net::StreamSocket& socket, const TlsClientOptions& options)
    : _socket(socket), _context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
    SSL_CTX_set_security_level(_context.get(), 0);
    // Without this the machine's OpenSSL configuration could refuse the version on the client's side.
    SSL_CTX_set_min_proto_version(_context.get(), options.oldest);
    SSL_CTX_set_max_proto_version(_context.get(), options.newest);
    SSL_CTX_set_cipher_list(_context.get(),
                            options.suites.empty() ? "ALL:@SECLEVEL=0" : options.suites.c_str());
    if (!options.groups.empty())
        CPPUNIT_ASSERT_EQUAL(1L, SSL_CTX_set1_groups_list(_context.get(), options.groups.c_str()));
    if (!options.alpn.empty())
        SSL_CTX_set_alpn_protos(_context.get(), reinterpret_cast<const unsigned char*>(options.alpn.data()),
                                static_cast<unsigned>(options.alpn.size()));
    _session.reset(SSL_new(_context.get()), SSL_free);
    SSL_set_bio(_session.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    if (options.session)
        SSL_set_session(_session.get(), options.session.get());
    SSL_set_connect_state(_session.get());
}

bool TlsClient::step() {
    fill();
    ERR_clear_error();
    const int result = SSL_do_handshake(_session.get());
    if (result != 1 && SSL_get_error(_session.get(), result) != SSL_ERROR_WANT_READ && _failure.empty()) {
        const char* reason = ERR_reason_error_string(ERR_peek_last_error());
        _failure = reason == nullptr ? "closed" : reason;
    }
    flush();
    return result == 1;
}

void TlsClient::send(const std::string& text) {
    CPPUNIT_ASSERT_EQUAL(static_cast<int>(text.size()),
                         SSL_write(_session.get(), text.data(), static_cast<int>(text.size())));
    flush();
}

std::string TlsClient::receive() {
    fill();
    std::string all;
    std::string buffer(chunk, '\0');
    ERR_clear_error();
    for (int got = 0; (got = SSL_read(_session.get(), buffer.data(), chunk)) > 0;)
        all.append(buffer, 0, static_cast<std::size_t>(got));
    return all;
}

void TlsClient::flush() {
    auto* out = SSL_get_wbio(_session.get());
    std::string buffer(chunk, '\0');
    for (int got = 0; (got = BIO_read(out, buffer.data(), chunk)) > 0;) {
        const auto raw = makePlainTransport(_socket);
        for (std::size_t sent = 0; sent < static_cast<std::size_t>(got);) {
            const auto result = raw->send(buffer.data() + sent, static_cast<std::size_t>(got) - sent);
            if (result.outcome == Transport::Outcome::closed)
                return;
            sent += result.bytes;
        }
    }
}

void TlsClient::fill() {
    const auto raw = makePlainTransport(_socket);
    std::string buffer(chunk, '\0');
    for (;;) {
        const auto result = raw->receive(buffer.data(), buffer.size());
        if (result.outcome == Transport::Outcome::ended || result.outcome == Transport::Outcome::closed)
            BIO_set_mem_eof_return(SSL_get_rbio(_session.get()), 0);
        if (result.outcome != Transport::Outcome::done)
            return;
        BIO_write(SSL_get_rbio(_session.get()), buffer.data(), static_cast<int>(result.bytes));
    }
}

Transport::Outcome shakeHands(Transport& server, TlsClient& client) {
    auto outcome = Transport::Outcome::waitsToRead;
    bool over = false;
    waitUntil([&] {
        over = client.step() || over;
        char byte = 0;
        outcome = server.receive(&byte, 1).outcome;
        CPPUNIT_ASSERT(outcome != Transport::Outcome::done);
        return over || outcome == Transport::Outcome::closed;
    });
    if (over) // the client's last flight may still be on its way
        waitUntil([&] {
            char byte = 0;
            outcome = server.receive(&byte, 1).outcome;
            return outcome != Transport::Outcome::waitsToRead ||
                   !server.socket().poll({0, 0}, Poco::Net::Socket::SELECT_READ);
        });
    waitUntil([&] { return over || client.step() || !client.failure().empty(); }, "no alert");
    return outcome;
}

std::string receiveAll(Transport& server, std::size_t least, Transport::Outcome* outcome) {
    std::string all;
    std::string buffer(chunk, '\0');
    waitUntil([&] {
        const auto result = server.receive(buffer.data(), buffer.size());
        if (outcome != nullptr)
            *outcome = result.outcome;
        all.append(buffer, 0, result.bytes);
        return result.outcome == Transport::Outcome::ended || result.outcome == Transport::Outcome::closed ||
               (result.outcome == Transport::Outcome::waitsToRead && all.size() >= least);
    });
    return all;
}

} // namespace central_oauth::http::test
