// SPDX-License-Identifier: Apache-2.0
// One line per message: valid JSON, whatever users and plugins put into it.
#include "central_oauth/logging/Logger.h"

#include "central_oauth/logging/RequestScope.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdint>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

using namespace central_oauth::logging;
using namespace std::string_literals;

static_assert(!std::is_constructible_v<Field, std::string_view, central_oauth::provider::Secret>,
              "a secret must not become a field");

class LoggerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoggerTest);
    CPPUNIT_TEST(testWritesTheWholeLine);
    CPPUNIT_TEST(testNamesLevels);
    CPPUNIT_TEST(testKeepsTypes);
    CPPUNIT_TEST(testDropsBelowTheMinimum);
    CPPUNIT_TEST(testPluginsWriteThroughTheirInterface);
    CPPUNIT_TEST(testShowsAnUnknownLevel);
    CPPUNIT_TEST(testEscapesControlCharacters);
    CPPUNIT_TEST(testEscapesSeparatorsAndDirectionMarks);
    CPPUNIT_TEST(testReplacesInvalidUtf8);
    CPPUNIT_TEST(testKeepsForeignWriting);
    CPPUNIT_TEST(testEveryByteStaysOnOneValidLine);
    CPPUNIT_TEST(testCutsLongTexts);
    CPPUNIT_TEST(testCutsBetweenCharacters);
    CPPUNIT_TEST(testRedactsMessageFieldsAndNames);
    CPPUNIT_TEST(testRedactsBeforeItCuts);
    CPPUNIT_TEST(testHidesTextOfSensitiveNames);
    CPPUNIT_TEST(testFieldsCannotHideTheStandardOnes);
    CPPUNIT_TEST(testOfRepeatedNamesTheLastCounts);
    CPPUNIT_TEST(testNoMinimumSilencesWhatIsAlwaysWritten);
    CPPUNIT_TEST(testNoFieldReplacesTheRequestId);
    CPPUNIT_TEST(testLosesALineRatherThanThrow);
    CPPUNIT_TEST(testWritesToAnotherSinkFromThenOn);
    CPPUNIT_TEST_SUITE_END();

    class FixedClock final : public central_oauth::base::Clock {
    public:
        [[nodiscard]] std::chrono::system_clock::time_point now() const override {
            using namespace std::chrono;
            return sys_days{year{2026} / 11 / 24} + 5h + 44min + 17s + 42ms;
        }
    };

    std::ostringstream _out;
    StreamSink _sink{_out};
    FixedClock _clock;
    Logger _logger{_sink, _clock, LogLevel::debug};
    Channel _log = _logger.channel("central_oauth.test");

    // Returns the one line written since the last call, without its line end.
    std::string takeLine() {
        std::string line = _out.str();
        _out.str("");
        CPPUNIT_ASSERT(!line.empty());
        CPPUNIT_ASSERT_EQUAL(line.size() - 1, line.find('\n'));
        line.pop_back();
        return line;
    }

    // Returns the JSON text of the field "v" with this value.
    std::string written(const Field::Value& value) {
        std::visit([this](const auto& v) { _log.info("m", {{"v", v}}); }, value);
        const std::string line = takeLine();
        const std::string mark = "\"v\":";
        const auto start = line.find(mark) + mark.size();
        return line.substr(start, line.size() - start - 1);
    }

    std::string writtenText(std::string_view text) { return written(Field::Value(text)); }

public:
    void testWritesTheWholeLine() {
        _log.info("link created", {{"client", "cli_7"}, {"count", 3}});
        CPPUNIT_ASSERT_EQUAL(
            R"({"time":"2026-11-24T05:44:17.042Z","level":"INFO","channel":"central_oauth.test",)"
            R"("message":"link created","client":"cli_7","count":3})"s,
            takeLine());
    }

    void testWritesToAnotherSinkFromThenOn() {
        std::ostringstream other;
        StreamSink sink(other);
        _log.info("before");
        _logger.useSink(sink);
        _log.info("after");
        CPPUNIT_ASSERT(takeLine().find("before") != std::string::npos);
        CPPUNIT_ASSERT(other.str().find("after") != std::string::npos);
        CPPUNIT_ASSERT(other.str().find("before") == std::string::npos);
    }

    void testNamesLevels() {
        const auto has = [this](const char* level) {
            return takeLine().find("\"level\":\""s + level + "\"") != std::string::npos;
        };
        _log.debug("m");
        CPPUNIT_ASSERT(has("DEBUG"));
        _log.info("m");
        CPPUNIT_ASSERT(has("INFO"));
        _log.warning("m");
        CPPUNIT_ASSERT(has("WARNING"));
        _log.error("m");
        CPPUNIT_ASSERT(has("ERROR"));
    }

    void testKeepsTypes() {
        CPPUNIT_ASSERT_EQUAL("-9223372036854775808"s, written(std::numeric_limits<std::int64_t>::min()));
        CPPUNIT_ASSERT_EQUAL("18446744073709551615"s, written(std::numeric_limits<std::uint64_t>::max()));
        CPPUNIT_ASSERT_EQUAL("0.25"s, written(0.25));
        CPPUNIT_ASSERT_EQUAL("null"s, written(std::numeric_limits<double>::infinity()));
        CPPUNIT_ASSERT_EQUAL("null"s, written(std::numeric_limits<double>::quiet_NaN()));
        CPPUNIT_ASSERT_EQUAL("true"s, written(true));
        CPPUNIT_ASSERT_EQUAL("\"true\""s, writtenText("true"));
    }

    void testDropsBelowTheMinimum() {
        _logger.setMinimum(LogLevel::warning);
        _log.info("m");
        _log.debug("m");
        _log.write(LogLevel::info, "m", {});
        CPPUNIT_ASSERT_EQUAL(""s, _out.str());
        CPPUNIT_ASSERT(!_log.enabled(LogLevel::info));
        CPPUNIT_ASSERT(_log.enabled(LogLevel::warning));
        _log.warning("m");
        takeLine();
    }

    void testPluginsWriteThroughTheirInterface() {
        central_oauth::provider::Log& lent = _log;
        lent.write(LogLevel::warning, "slow", {{"host", "auth.example"}, {"millis", "1200"}});
        const std::string line = takeLine();
        const std::string end = R"("message":"slow","host":"auth.example","millis":"1200"})";
        CPPUNIT_ASSERT_EQUAL(end, line.substr(line.size() - end.size()));
    }

    void testShowsAnUnknownLevel() {
        _log.write(static_cast<LogLevel>(9), "m", {});
        CPPUNIT_ASSERT(takeLine().find("\"level\":\"ERROR\"") != std::string::npos);
    }

    void testEscapesControlCharacters() {
        CPPUNIT_ASSERT_EQUAL(R"("a\n\r\t\b\f\u0000\u0001\u001B\u001F\u007Fz")"s,
                             writtenText("a\n\r\t\b\f\0\x01\x1b\x1f\x7fz"s));
        CPPUNIT_ASSERT_EQUAL(R"("\u0080\u0085\u009F")"s, writtenText("\xC2\x80\xC2\x85\xC2\x9F"));
        CPPUNIT_ASSERT_EQUAL(R"("\"\\/")"s, writtenText("\"\\/"));
    }

    void testEscapesSeparatorsAndDirectionMarks() {
        CPPUNIT_ASSERT_EQUAL(R"("a\u2028b\u2029c\u202E\u2066")"s, writtenText("a\xE2\x80\xA8"
                                                                              "b\xE2\x80\xA9"
                                                                              "c\xE2\x80\xAE\xE2\x81\xA6"));
    }

    void testReplacesInvalidUtf8() {
        const auto mark = "\xEF\xBF\xBD"s;
        CPPUNIT_ASSERT_EQUAL("\"a" + mark + mark + "z\"", writtenText("a\xFF\xFEz"));
        CPPUNIT_ASSERT_EQUAL("\"" + mark + mark + "\"", writtenText("\xC0\xAF"));
        CPPUNIT_ASSERT_EQUAL("\"" + mark + mark + mark + "\"", writtenText("\xED\xA0\x80"));
        CPPUNIT_ASSERT_EQUAL("\"" + mark + mark + mark + "\"", writtenText("\xE0\x80\xAF"));
        CPPUNIT_ASSERT_EQUAL("\"" + mark + mark + mark + mark + "\"", writtenText("\xF4\x90\x80\x80"));
        CPPUNIT_ASSERT_EQUAL("\"x" + mark + mark + "\"", writtenText("x\xE2\x82"));
        CPPUNIT_ASSERT_EQUAL("\"" + mark + "\\\"\"", writtenText("\xC3\""));
    }

    void testKeepsForeignWriting() {
        CPPUNIT_ASSERT_EQUAL("\"J\xC3\xBCrgen \xE6\x9D\xB1 \xF0\x9F\x98\x80\""s,
                             writtenText("J\xC3\xBCrgen \xE6\x9D\xB1 \xF0\x9F\x98\x80"));
    }

    void testEveryByteStaysOnOneValidLine() {
        for (int first = 0; first < 256; ++first) {
            for (const char* rest : {"", "\"", "\\", "\n", "\x80", "\x80\x80", "\xBF\xBF\xBF", "}"}) {
                _log.info(std::string(1, static_cast<char>(first)) + rest,
                          {{std::string(1, static_cast<char>(first)) + rest, rest}});
                Poco::JSON::Parser parser;
                const auto object = parser.parse(takeLine()).extract<Poco::JSON::Object::Ptr>();
                CPPUNIT_ASSERT_EQUAL(std::size_t{5}, object->size());
            }
        }
    }

    void testCutsLongTexts() {
        const std::string fits(2048, 'x');
        CPPUNIT_ASSERT_EQUAL('"' + fits + '"', writtenText(fits));
        CPPUNIT_ASSERT_EQUAL('"' + fits + "\xE2\x80\xA6\"", writtenText(fits + 'y'));
        _log.info(std::string(100'000, 'm'));
        CPPUNIT_ASSERT(takeLine().size() < 2200);
    }

    void testCutsBetweenCharacters() {
        const std::string odd(2047, 'x');
        CPPUNIT_ASSERT_EQUAL('"' + odd + "\xE2\x80\xA6\"", writtenText(odd + "\xC3\xBC tail"));
        const std::string stray(3000, '\x80');
        CPPUNIT_ASSERT(writtenText(stray).ends_with("\xE2\x80\xA6\""));
    }

    void testRedactsMessageFieldsAndNames() {
        _log.error("lost cok_abcdefghij", {{"note", "Bearer abcdef"}, {"cog_abcdefghij", 1}});
        const std::string line = takeLine();
        CPPUNIT_ASSERT(line.find("abcdef") == std::string::npos);
        CPPUNIT_ASSERT(line.find("lost cok_[redacted]") != std::string::npos);
        CPPUNIT_ASSERT(line.find("Bearer [redacted]") != std::string::npos);
    }

    void testRedactsBeforeItCuts() {
        const std::string start(2040, ' ');
        CPPUNIT_ASSERT(writtenText(start + "cok_abcdefghijkl").find("abc") == std::string::npos);
    }

    void testHidesTextOfSensitiveNames() {
        _log.info("m", {{"refresh_token", "plain"}, {"token_count", 3}, {"has_secret", true}});
        const std::string line = takeLine();
        const std::string end = R"("refresh_token":"[redacted]","token_count":3,"has_secret":true})";
        CPPUNIT_ASSERT_EQUAL(end, line.substr(line.size() - end.size()));
    }

    void testFieldsCannotHideTheStandardOnes() {
        _log.info("m", {{"level", "ERROR"}, {"time", 0}});
        const std::string line = takeLine();
        const std::string end = R"("message":"m","level_":"ERROR","time_":0})";
        CPPUNIT_ASSERT_EQUAL(end, line.substr(line.size() - end.size()));
    }

    void testOfRepeatedNamesTheLastCounts() {
        _log.info("m", {{"a", 1}, {"b", 2}, {"a", 3}});
        const std::string line = takeLine();
        const std::string end = R"("message":"m","b":2,"a":3})";
        CPPUNIT_ASSERT_EQUAL(end, line.substr(line.size() - end.size()));
    }

    void testNoMinimumSilencesWhatIsAlwaysWritten() {
        _logger.setMinimum(LogLevel::error);
        _log.warning("dropped");
        const std::vector<Field> fields{{"action", "account.removed"}};
        _log.always("audit", fields);
        const auto line = takeLine();
        CPPUNIT_ASSERT_MESSAGE(line, line.find(R"("level":"INFO")") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(line, line.ends_with(R"("message":"audit","action":"account.removed"})"));
    }

    void testNoFieldReplacesTheRequestId() {
        _log.info("m", {{"request_id", "outside"}});
        CPPUNIT_ASSERT(takeLine().ends_with(R"("message":"m","request_id":"outside"})"));
        const RequestScope scope("ours");
        _log.info("m", {{"request_id", "theirs"}});
        CPPUNIT_ASSERT(takeLine().ends_with(R"("message":"m","request_id":"ours"})"));
    }

    void testLosesALineRatherThanThrow() {
        class FullDisk final : public LogSink {
        public:
            void write(std::string_view) override { throw std::runtime_error("full"); }
        };
        FullDisk full;
        Logger logger(full, _clock);
        logger.log(LogLevel::error, "c", "m");
        logger.channel("c").write(LogLevel::error, "m", {{"a", "b"}});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoggerTest);
