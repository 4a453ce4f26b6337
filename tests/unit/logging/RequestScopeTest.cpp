// SPDX-License-Identifier: Apache-2.0
// Per-request fields appear in the lines of their request and nowhere else.
#include "central_oauth/logging/RequestScope.h"

#include "central_oauth/logging/Logger.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

using namespace central_oauth::logging;

class RequestScopeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestScopeTest);
    CPPUNIT_TEST(testLinesCarryIdAndFields);
    CPPUNIT_TEST(testNothingIsLeftAfterTheScope);
    CPPUNIT_TEST(testNothingIsLeftAfterAnException);
    CPPUNIT_TEST(testInnerScopeAddsAndGivesBack);
    CPPUNIT_TEST(testEmptyIdKeepsTheOuterOne);
    CPPUNIT_TEST(testLaterFieldReplacesEarlier);
    CPPUNIT_TEST(testFieldOfTheCallReplacesTheScopes);
    CPPUNIT_TEST(testScopeOwnsItsTexts);
    CPPUNIT_TEST(testNotedFieldsReachLaterLines);
    CPPUNIT_TEST(testScopeIsTakenToAnotherThread);
    CPPUNIT_TEST(testThreadsDoNotSeeEachOther);
    CPPUNIT_TEST_SUITE_END();

    class EpochClock final : public central_oauth::base::Clock {
    public:
        [[nodiscard]] std::chrono::system_clock::time_point now() const override { return {}; }
    };

    std::ostringstream _out;
    StreamSink _sink{_out};
    EpochClock _clock;
    Logger _logger{_sink, _clock};

    // Returns the members after the message of a new line.
    std::string membersOfLine(std::initializer_list<Field> fields = {}) {
        const auto before = _out.str().size();
        _logger.log(LogLevel::info, "c", "m", fields);
        const std::string line = _out.str().substr(before);
        const std::string head =
            R"({"time":"1970-01-01T00:00:00.000Z","level":"INFO","channel":"c","message":"m")";
        CPPUNIT_ASSERT_EQUAL(head, line.substr(0, head.size()));
        return line.substr(head.size());
    }

public:
    void testLinesCarryIdAndFields() {
        const RequestScope scope("req_1", {{"method", "GET"}, {"attempt", 2}, {"tls", true}, {"share", 0.5}});
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"(,"request_id":"req_1","method":"GET","attempt":2,"tls":true,"share":0.5})") + "\n",
            membersOfLine());
        CPPUNIT_ASSERT_EQUAL(std::string("req_1"), std::string(RequestScope::requestId()));
        CPPUNIT_ASSERT(RequestScope::current() == &scope);
    }

    void testNothingIsLeftAfterTheScope() {
        { const RequestScope scope("req_1", {{"client", "cli_1"}}); }
        CPPUNIT_ASSERT_EQUAL(std::string("}\n"), membersOfLine());
        CPPUNIT_ASSERT(RequestScope::current() == nullptr);
        CPPUNIT_ASSERT(RequestScope::requestId().empty());
    }

    void testNothingIsLeftAfterAnException() {
        try {
            const RequestScope scope("req_1", {{"client", "cli_1"}});
            throw std::runtime_error("handler");
        } catch (const std::runtime_error&) {
            CPPUNIT_ASSERT_EQUAL(std::string("}\n"), membersOfLine());
        }
    }

    void testInnerScopeAddsAndGivesBack() {
        const RequestScope outer("req_1", {{"a", 1}});
        {
            const RequestScope inner("req_2", {{"b", 2}});
            CPPUNIT_ASSERT_EQUAL(std::string(",\"request_id\":\"req_2\",\"a\":1,\"b\":2}\n"),
                                 membersOfLine());
        }
        CPPUNIT_ASSERT_EQUAL(std::string(",\"request_id\":\"req_1\",\"a\":1}\n"), membersOfLine());
    }

    void testEmptyIdKeepsTheOuterOne() {
        const RequestScope outer("req_1");
        const RequestScope inner("");
        CPPUNIT_ASSERT_EQUAL(std::string(",\"request_id\":\"req_1\"}\n"), membersOfLine());
    }

    void testLaterFieldReplacesEarlier() {
        RequestScope scope("", {{"client", "unknown"}});
        scope.add({"client", "cli_1"});
        CPPUNIT_ASSERT_EQUAL(std::string(",\"client\":\"cli_1\"}\n"), membersOfLine());
    }

    void testFieldOfTheCallReplacesTheScopes() {
        const RequestScope scope("", {{"status", 0}, {"path", "/v1"}});
        CPPUNIT_ASSERT_EQUAL(std::string(",\"path\":\"/v1\",\"status\":200}\n"),
                             membersOfLine({{"status", 200}}));
    }

    void testScopeOwnsItsTexts() {
        auto text = std::make_unique<std::string>("a text too long to be kept inside of the string object");
        RequestScope scope(*text, {{*text, *text}});
        const std::string expected = ",\"request_id\":\"" + *text + "\",\"" + *text + "\":\"" + *text + "\"";
        text->assign(text->size(), 'x');
        text.reset();
        for (int i = 0; i < 100; ++i)
            scope.add({"n" + std::to_string(i), "v"});
        CPPUNIT_ASSERT_EQUAL(expected, membersOfLine().substr(0, expected.size()));
    }

    void testNotedFieldsReachLaterLines() {
        RequestScope::note("nobody", "listens");
        const RequestScope scope("req_1");
        RequestScope::note("account", "acc_1");
        RequestScope::note("link", "");
        CPPUNIT_ASSERT_EQUAL(std::string(",\"request_id\":\"req_1\",\"account\":\"acc_1\"}\n"),
                             membersOfLine());
    }

    void testScopeIsTakenToAnotherThread() {
        std::string seen;
        {
            const RequestScope scope("req_1", {{"account", "acc_1"}, {"attempt", 2}});
            const CapturedScope captured;
            std::thread([&] {
                const RequestScope there(captured);
                seen = membersOfLine();
            }).join();
        }
        CPPUNIT_ASSERT_EQUAL(std::string(",\"request_id\":\"req_1\",\"account\":\"acc_1\"}\n"), seen);
    }

    void testThreadsDoNotSeeEachOther() {
        const RequestScope scope("req_1");
        std::string seen = "not run";
        std::thread([&seen] { seen = RequestScope::requestId(); }).join();
        CPPUNIT_ASSERT_EQUAL(std::string(), seen);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestScopeTest);
