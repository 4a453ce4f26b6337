// SPDX-License-Identifier: Apache-2.0
// Faults of TLS: handshakes that fail, answers that stop being TLS, ends without close_notify.
#include "test/HttpSim.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>

using namespace central_oauth::simulator;

class TlsFaultTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TlsFaultTest);
    CPPUNIT_TEST(testHandshakeFails);
    CPPUNIT_TEST(testHandshakeFailuresAreCounted);
    CPPUNIT_TEST(testAnswerStopsBeingTls);
    CPPUNIT_TEST(testEndsWithAndWithoutCloseNotify);
    CPPUNIT_TEST_SUITE_END();

public:
    void testHandshakeFails() {
        const std::string token = sim.grant();
        sim.fault(R"({"kind":"tls_failure"})");
        CPPUNIT_ASSERT(failure(token).find("alert handshake failure") != std::string::npos);
        sim.fault(R"({"kind":"tls_failure","mode":"garbage"})");
        CPPUNIT_ASSERT(failure(token).find("wrong version number") != std::string::npos);
        for (const std::string close : {"fin", "reset"}) {
            sim.fault(R"({"kind":"tls_failure","mode":"close","close":")" + close + "\"}");
            CPPUNIT_ASSERT(failure(token).find("TLS handshake failed") == 0);
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), failure(token));
        CPPUNIT_ASSERT_EQUAL(1, sim.count("received"));
    }

    void testHandshakeFailuresAreCounted() {
        const auto id = sim.fault(R"({"kind":"tls_failure","nth":2})");
        CPPUNIT_ASSERT_EQUAL(std::string(), failure("x"));
        CPPUNIT_ASSERT(!failure("x").empty());
        CPPUNIT_ASSERT_EQUAL(std::string(), failure("x"));
        sim.control("GET", "faults/wait?applied=1&id=" + id);
        // Other faults do not count or strike handshakes.
        sim.fault(R"({"kind":"drop"})");
        CPPUNIT_ASSERT_EQUAL(std::string(), failure("x"));
        CPPUNIT_ASSERT_EQUAL(403, sim.refresh("x").status());
    }

    void testAnswerStopsBeingTls() {
        const std::string token = sim.grant();
        sim.fault(R"({"kind":"tls_garbage","target":"token","after_bytes":100})");
        const auto seen = sim.refresh(token);
        CPPUNIT_ASSERT_EQUAL(std::size_t{100}, seen.bytes.size());
        CPPUNIT_ASSERT(End::broken == seen.end);
        CPPUNIT_ASSERT_EQUAL(1, sim.count("processed"));
    }

    void testEndsWithAndWithoutCloseNotify() {
        const std::string token = sim.grant();
        const auto cut = [this, &token](const std::string& close) {
            sim.fault(R"({"kind":"process_then_drop","target":"token","after_bytes":100,"close":")" + close +
                      "\"}");
            return sim.refresh(token);
        };
        CPPUNIT_ASSERT(End::orderly == cut("fin").end);
        for (const std::string close : {"abrupt", "reset"}) {
            const auto seen = cut(close);
            CPPUNIT_ASSERT_EQUAL(std::size_t{100}, seen.bytes.size());
            CPPUNIT_ASSERT(End::broken == seen.end);
        }
    }

private:
    /// Returns why a call cannot connect, or empty.
    std::string failure(const std::string& token) {
        try {
            static_cast<void>(sim.refresh(token));
            return {};
        } catch (const std::runtime_error& reason) {
            return reason.what();
        }
    }

    central_oauth::test::CertificateAuthority authority;
    HttpSim sim{authority.selfSigned()};
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsFaultTest);
