// SPDX-License-Identifier: Apache-2.0
// Faults that change, delay or replace an answer, over real HTTP.
#include "test/HttpSim.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <thread>

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

using namespace central_oauth::simulator;
using std::chrono::milliseconds;

class FaultAnswerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FaultAnswerTest);
    CPPUNIT_TEST(testDelaysBeforeAndAfterProcessing);
    CPPUNIT_TEST(testLimitsTheRate);
    CPPUNIT_TEST(testAnswersErrorsBeforeAndAfterProcessing);
    CPPUNIT_TEST(testTruncatesJson);
    CPPUNIT_TEST(testLeavesOutTokens);
    CPPUNIT_TEST(testAnswersHtmlOrNothing);
    CPPUNIT_TEST(testDripsSlowly);
    CPPUNIT_TEST(testSkewsTheDate);
    CPPUNIT_TEST(testClosesEachConnectionIfAsked);
    CPPUNIT_TEST(testRefusesUnknownMembers);
    CPPUNIT_TEST_SUITE_END();

public:
    void testDelaysBeforeAndAfterProcessing() {
        const std::string token = sim.grant();
        for (const std::string when : {"before", "after"}) {
            sim.fault(R"({"kind":"delay","delay_ms":300,"target":"token","when":")" + when + "\"}");
            CPPUNIT_ASSERT(sim.refresh(token).took >= milliseconds(300));
        }
        const auto hold = sim.fault(R"({"kind":"delay","delay_ms":60000,"target":"token","when":"after"})");
        central_oauth::test::RawConnection connection(sim.place());
        const std::string body =
            R"({"grant_type":"refresh_token","client_id":"demo-client-id","client_secret":"demo-client-secret",)"
            R"("refresh_token":")" +
            token + "\"}";
        connection.send("POST /oauth/token HTTP/1.1\r\nHost: sim\r\nContent-Type: application/json\r\n"
                        "Content-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n" + body);
        sim.control("GET", "faults/wait?applied=1&id=" + hold);
        for (int round = 0; round < 200 && sim.count("processed") < 3; ++round)
            std::this_thread::sleep_for(milliseconds(10));
        CPPUNIT_ASSERT_EQUAL(3, sim.count("processed"));
        CPPUNIT_ASSERT_EQUAL(1, sim.count("in_flight"));
    }

    void testLimitsTheRate() {
        sim.fault(R"({"kind":"rate_limit","target":"token"})");
        const auto bare = sim.refresh("x");
        CPPUNIT_ASSERT_EQUAL(429, bare.status());
        CPPUNIT_ASSERT_EQUAL(std::string(), bare.header("Retry-After"));
        sim.fault(R"({"kind":"rate_limit","target":"token","retry_after_s":30})");
        CPPUNIT_ASSERT_EQUAL(std::string("30"), sim.refresh("x").header("Retry-After"));
        sim.fault(
            R"({"kind":"rate_limit","target":"token","retry_after_s":30,"retry_after_format":"http_date"})");
        const auto dated = sim.refresh("x");
        const auto distance = epoch(dated.header("Retry-After")) - epoch(dated.header("Date"));
        CPPUNIT_ASSERT(distance >= 29 && distance <= 30);
    }

    void testAnswersErrorsBeforeAndAfterProcessing() {
        const std::string token = sim.grant();
        int processed = 0;
        for (const std::string status : {"500", "502", "503"}) {
            for (const std::string when : {"before", "after"}) {
                sim.fault(R"({"kind":"status","target":"token","status":)" + status + R"(,"when":")" + when +
                          "\"}");
                const auto seen = sim.refresh(token);
                CPPUNIT_ASSERT_EQUAL(status, std::to_string(seen.status()));
                CPPUNIT_ASSERT(seen.body().find("<html>") != std::string::npos);
                processed += when == "after" ? 1 : 0;
                CPPUNIT_ASSERT_EQUAL(processed, sim.count("processed"));
            }
        }
        CPPUNIT_ASSERT_EQUAL(6, sim.count("answered"));
        CPPUNIT_ASSERT_EQUAL(0, sim.count("delivered"));
    }

    void testTruncatesJson() {
        const std::string token = sim.grant();
        const std::size_t whole = sim.refresh(token).body().size();
        sim.fault(R"({"kind":"truncated_json","target":"token"})");
        CPPUNIT_ASSERT_EQUAL(whole / 2, sim.refresh(token).body().size());
        sim.fault(R"({"kind":"truncated_json","target":"token","after_bytes":-1})");
        const auto seen = sim.refresh(token);
        CPPUNIT_ASSERT_EQUAL(whole - 1, seen.body().size());
        CPPUNIT_ASSERT_EQUAL(std::to_string(whole - 1), seen.header("Content-Length"));
    }

    void testLeavesOutTokens() {
        const std::string token = sim.grant();
        for (const std::string name : {"refresh_token", "access_token"}) {
            sim.fault(R"({"kind":"without_)" + name + R"(","target":"token"})");
            const auto seen = sim.refresh(token);
            CPPUNIT_ASSERT_EQUAL(200, seen.status());
            CPPUNIT_ASSERT_EQUAL(std::string(), seen.text(name));
            CPPUNIT_ASSERT(!seen.text(name == "refresh_token" ? "access_token" : "refresh_token").empty());
        }
        CPPUNIT_ASSERT_EQUAL(2, sim.count("processed"));
    }

    void testAnswersHtmlOrNothing() {
        const std::string token = sim.grant();
        sim.fault(R"({"kind":"html","target":"token"})");
        const auto page = sim.refresh(token);
        CPPUNIT_ASSERT_EQUAL(200, page.status());
        CPPUNIT_ASSERT_EQUAL(std::string("text/html; charset=utf-8"), page.header("Content-Type"));
        CPPUNIT_ASSERT_EQUAL(0, sim.count("processed"));
        sim.fault(R"({"kind":"html","target":"token","process":true})");
        CPPUNIT_ASSERT(sim.refresh(token).body().find("<html>") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(1, sim.count("processed"));
        sim.fault(R"({"kind":"empty_body","target":"token"})");
        const auto nothing = sim.refresh(token);
        CPPUNIT_ASSERT_EQUAL(200, nothing.status());
        CPPUNIT_ASSERT_EQUAL(std::string("0"), nothing.header("Content-Length"));
        CPPUNIT_ASSERT_EQUAL(2, sim.count("processed"));
    }

    void testDripsSlowly() {
        const std::string token = sim.grant();
        sim.options(R"({"access_token_size":200,"refresh_token_size":200})");
        sim.fault(R"({"kind":"slow_drip","target":"token","chunk_bytes":100,"delay_ms":50})");
        const auto body = sim.refresh(token);
        CPPUNIT_ASSERT_EQUAL(200, body.status());
        CPPUNIT_ASSERT(body.took >= milliseconds(250));
        sim.fault(R"({"kind":"slow_drip","target":"token","chunk_bytes":100,"delay_ms":50,"part":"all"})");
        CPPUNIT_ASSERT(sim.refresh(token).took >= milliseconds(350));
        CPPUNIT_ASSERT_EQUAL(2, sim.count("delivered"));
    }

    void testSkewsTheDate() {
        const std::string token = sim.grant();
        sim.fault(R"({"kind":"date_skew","target":"token","skew_s":-86400})");
        const auto skewed = epoch(sim.refresh(token).header("Date"));
        const auto plain = epoch(sim.refresh(token).header("Date"));
        CPPUNIT_ASSERT(plain - skewed >= 86400 && plain - skewed < 86460);
    }

    void testClosesEachConnectionIfAsked() {
        sim.settle = milliseconds(50);
        CPPUNIT_ASSERT(End::open == sim.refresh("x").end);
        sim.settle = milliseconds(20000);
        sim.options(R"({"keep_alive":false})");
        const auto seen = sim.refresh("x");
        CPPUNIT_ASSERT_EQUAL(std::string("Close"), seen.header("Connection"));
        CPPUNIT_ASSERT(End::orderly == seen.end);
    }

    void testRefusesUnknownMembers() {
        for (const std::string body :
             {R"({"kind":"delay","delay":3})", R"({"kind":"burn"})", R"({"kind":"drop","after_bytes":3})",
              R"({"kind":"drop","target":"moon"})", R"({"kind":"drop","user":"nobody"})",
              R"({"kind":"drop","close":"slam"})", R"({"kind":"tls_failure"})",
              R"({"kind":"process_then_drop","after_bytes":"all"})"})
            sim.control("POST", "faults", body, 400);
    }

private:
    static std::int64_t epoch(const std::string& date) {
        int zone = 0;
        return Poco::DateTimeParser::parse(Poco::DateTimeFormat::HTTP_FORMAT, date, zone)
            .timestamp()
            .epochTime();
    }

    HttpSim sim;
};

CPPUNIT_TEST_SUITE_REGISTRATION(FaultAnswerTest);
