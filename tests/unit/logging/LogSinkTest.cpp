// SPDX-License-Identifier: Apache-2.0
// Lines of many threads arrive whole.
#include "central_oauth/logging/LogSink.h"

#include "central_oauth/logging/Logger.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace central_oauth;

class LogSinkTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogSinkTest);
    CPPUNIT_TEST(testLinesOfManyThreadsArriveWhole);
    CPPUNIT_TEST_SUITE_END();

public:
    void testLinesOfManyThreadsArriveWhole() {
        constexpr int threads = 4;
        constexpr int lines = 200;
        std::ostringstream out;
        logging::StreamSink sink(out);
        std::vector<std::thread> writers;
        for (int t = 0; t < threads; ++t)
            writers.emplace_back([&sink, t] {
                for (int i = 0; i < lines; ++i)
                    sink.write(std::string(100, static_cast<char>('a' + t)) + '\n');
            });
        for (auto& writer : writers)
            writer.join();

        std::map<std::string, int> seen;
        std::istringstream in(out.str());
        for (std::string line; std::getline(in, line);)
            ++seen[line];
        CPPUNIT_ASSERT_EQUAL(std::size_t{threads}, seen.size());
        for (const auto& [line, count] : seen)
            CPPUNIT_ASSERT_EQUAL_MESSAGE(line, lines, count);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogSinkTest);
