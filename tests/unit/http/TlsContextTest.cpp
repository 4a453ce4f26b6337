// SPDX-License-Identifier: Apache-2.0
// The certificates and keys that a TLS listener accepts, and its messages about the others.
#include "central_oauth/http/TlsContext.h"

#include "TlsFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

#include <openssl/err.h>

using namespace central_oauth;
using namespace central_oauth::http;
using namespace central_oauth::http::test;

class TlsContextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TlsContextTest);
    CPPUNIT_TEST(testTakesEcAndRsa);
    CPPUNIT_TEST(testTellsWhenTheCertificateEnds);
    CPPUNIT_TEST(testTakesAnExpiredCertificate);
    CPPUNIT_TEST(testRefusesFilesThatAreNotThere);
    CPPUNIT_TEST(testRefusesFilesThatHoldSomethingElse);
    CPPUNIT_TEST(testRefusesAKeyOfAnotherCertificate);
    CPPUNIT_TEST(testRefusesAChainInTheWrongOrder);
    CPPUNIT_TEST(testRefusesAPassphraseWithoutAsking);
    CPPUNIT_TEST(testRefusesWeakCertificates);
    CPPUNIT_TEST(testLeavesNoErrorsBehind);
    CPPUNIT_TEST_SUITE_END();

    static std::string refusalOf(const TlsFiles& files) {
        try {
            const TlsContext context(files);
        } catch (const TlsError& refused) {
            const std::string text = refused.what();
            CPPUNIT_ASSERT_EQUAL(refused.problem() + "; " + refused.fix(), text);
            CPPUNIT_ASSERT(!refused.fix().empty());
            for (const auto& file : {files.certificate, files.key})
                CPPUNIT_ASSERT_MESSAGE("no path in it: " + text,
                                       text.find(file.string()) == std::string::npos);
            return text;
        }
        return "accepted";
    }

    static void assertRefused(const std::string& expected, const TlsFiles& files) {
        const auto text = refusalOf(files);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(text, expected, text.substr(0, expected.size()));
    }

public:
    void testTakesEcAndRsa() {
        for (const auto& key : {makeEcKey(), makeRsaKey(2048)}) {
            const PemFolder folder(key, makeCertificate(key));
            const TlsContext context(folder.files());
        }
        const auto key = makeEcKey();
        const PemFolder traditional;
        traditional.writeKey("key.pem", key, {}, true);
        traditional.writeCertificates("cert.pem", {makeCertificate(key), makeCertificate(makeEcKey())});
        const TlsContext context(traditional.files());
    }

    void testTellsWhenTheCertificateEnds() {
        const auto key = makeEcKey();
        const auto before = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const PemFolder folder(key, makeCertificate(key, 30));
        const auto after = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const auto end = TlsContext(folder.files()).expiresAt();
        // OpenSSL uses time(), which may be some milliseconds behind the system's clock.
        CPPUNIT_ASSERT(end >= before + std::chrono::days(30) - std::chrono::seconds(1) &&
                       end <= after + std::chrono::days(30));
    }

    void testTakesAnExpiredCertificate() {
        const auto key = makeEcKey();
        const PemFolder folder(key, makeCertificate(key, -2));
        CPPUNIT_ASSERT(TlsContext(folder.files()).expiresAt() < std::chrono::system_clock::now());
    }

    void testRefusesFilesThatAreNotThere() {
        const auto key = makeEcKey();
        const PemFolder folder(key, makeCertificate(key));
        auto files = folder.files();
        files.certificate = folder.path("nowhere.pem");
        assertRefused("the certificate file cannot be opened: No such file", files);
        files.certificate = folder.path("");
        assertRefused("the certificate file is not a regular file", files);
        files = folder.files();
        files.key = folder.path("nowhere.pem");
        assertRefused("the key file cannot be opened: No such file", files);
        files.key = folder.path("");
        assertRefused("the key file is not a regular file", files);
    }

    void testRefusesFilesThatHoldSomethingElse() {
        const auto key = makeEcKey();
        const PemFolder folder(key, makeCertificate(key));
        folder.writeText("text", "nothing of use\n");
        folder.writeText("empty", "");
        folder.writeText("cut", "-----BEGIN CERTIFICATE-----\nMIIB\n");
        assertRefused("the certificate file holds no certificate",
                      {folder.path("text"), folder.path("key.pem")});
        assertRefused("the certificate file holds no certificate",
                      {folder.path("empty"), folder.path("key.pem")});
        assertRefused("the certificate file can't be read", {folder.path("cut"), folder.path("key.pem")});
        assertRefused("the key file holds no private key", {folder.path("cert.pem"), folder.path("text")});
        assertRefused("the key file holds no private key", {folder.path("cert.pem"), folder.path("empty")});
        // Both files are swapped.
        assertRefused("the certificate file holds no certificate",
                      {folder.path("key.pem"), folder.path("cert.pem")});
        assertRefused("the key file holds no private key",
                      {folder.path("cert.pem"), folder.path("cert.pem")});
    }

    void testRefusesAKeyOfAnotherCertificate() {
        const auto key = makeEcKey();
        const PemFolder folder(key, makeCertificate(key));
        for (const auto& other : {makeEcKey(), makeRsaKey(2048)}) {
            folder.writeKey("other.pem", other);
            assertRefused("the key file does not belong to the certificate",
                          {folder.path("cert.pem"), folder.path("other.pem")});
        }
    }

    void testRefusesAChainInTheWrongOrder() {
        const auto key = makeEcKey();
        const auto authority = makeEcKey();
        const PemFolder folder(key, makeCertificate(key, 30, authority));
        folder.writeCertificates("cert.pem",
                                 {makeCertificate(authority), makeCertificate(key, 30, authority)});
        const auto text = refusalOf(folder.files());
        CPPUNIT_ASSERT_MESSAGE(text, text.find("the server's own must be the first") != std::string::npos);
    }

    void testRefusesAPassphraseWithoutAsking() {
        const auto key = makeEcKey();
        const PemFolder folder(key, makeCertificate(key));
        for (const bool traditional : {false, true}) {
            folder.writeKey("key.pem", key, "correct horse", traditional);
            assertRefused("the key file is protected by a passphrase; write it without one", folder.files());
        }
    }

    void testRefusesWeakCertificates() {
        const auto key = makeRsaKey(1024);
        const PemFolder folder(key, makeCertificate(key));
        assertRefused("the certificate file is too weak: ee key too small; have it made", folder.files());
        const auto good = makeEcKey();
        folder.writeKey("key.pem", good);
        folder.writeCertificates("cert.pem", {makeCertificate(good), makeCertificate(key)});
        assertRefused("the certificate file is too weak: ca key too small; have it made", folder.files());
    }

    void testLeavesNoErrorsBehind() {
        const auto key = makeEcKey();
        const PemFolder folder(key, makeCertificate(key));
        const TlsContext context(folder.files());
        CPPUNIT_ASSERT_EQUAL(0UL, ERR_peek_error());
        folder.writeText("cert.pem", "");
        CPPUNIT_ASSERT(refusalOf(folder.files()) != "accepted");
        CPPUNIT_ASSERT_EQUAL(0UL, ERR_peek_error());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsContextTest);
