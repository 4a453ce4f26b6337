// SPDX-License-Identifier: Apache-2.0
// The rotation of a log file, and that no line is split.
#include "LogFolder.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace central_oauth::logging;
namespace fs = std::filesystem;

class RotatingFileSinkTest : public test::LogFolder {
    CPPUNIT_TEST_SUITE(RotatingFileSinkTest);
    CPPUNIT_TEST(testAppendsToWhatIsThere);
    CPPUNIT_TEST(testPutsFullFilesAsideAndKeepsSome);
    CPPUNIT_TEST(testALineLargerThanAFileIsWrittenAllTheSame);
    CPPUNIT_TEST(testLinesOfManyThreadsStayWholeAcrossRotation);
    CPPUNIT_TEST(testAForeignFileOfASimilarNameStays);
    CPPUNIT_TEST(testWhatACrashLeftBehindIsNotTakenOver);
    CPPUNIT_TEST(testReopensByName);
    CPPUNIT_TEST(testKeepsTheOldFileWhereReopeningFails);
    CPPUNIT_TEST(testGrowsOnWhereNoNewFileCanBeMade);
    CPPUNIT_TEST(testRemovedFileIsCreatedAnew);
    CPPUNIT_TEST_SUITE_END();

public:
    void testAppendsToWhatIsThere() {
        std::ofstream(path(), std::ios::binary) << "before\n";
        RotatingFileSink(path()).write("after\n");
        CPPUNIT_ASSERT_EQUAL(std::string("before\nafter\n"), contents());
    }

    void testPutsFullFilesAsideAndKeepsSome() {
        RotatingFileSink sink(path(), {8, 2});
        for (const auto* line : {"one\n", "two\n", "three\n", "four\n", "five\n", "six\n"})
            sink.write(line);
        CPPUNIT_ASSERT_EQUAL(std::string("log log.1 log.2 "), names());
        CPPUNIT_ASSERT_EQUAL(std::string("six\n"), contents());
        CPPUNIT_ASSERT_EQUAL(std::string("five\n"), contents("log.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("four\n"), contents("log.2"));
    }

    void testALineLargerThanAFileIsWrittenAllTheSame() {
        RotatingFileSink sink(path(), {8, 2});
        sink.write("a line of more than eight\n");
        sink.write("b\n");
        CPPUNIT_ASSERT_EQUAL(std::string("a line of more than eight\n"), contents("log.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("b\n"), contents());
    }

    void testLinesOfManyThreadsStayWholeAcrossRotation() {
        constexpr int threads = 4;
        constexpr int lines = 300;
        RotatingFileSink sink(path(), {5000, 100});
        std::vector<std::thread> writers;
        for (int t = 0; t < threads; ++t)
            writers.emplace_back([&sink, t] {
                for (int i = 0; i < lines; ++i)
                    sink.write(std::string(100, static_cast<char>('a' + t)) + '\n');
            });
        for (auto& writer : writers)
            writer.join();

        std::map<std::string, int> seen;
        std::size_t files = 0;
        for (const auto& entry : fs::directory_iterator(folder())) {
            ++files;
            CPPUNIT_ASSERT(entry.file_size() <= 5000);
            std::ifstream in(entry.path());
            for (std::string line; std::getline(in, line);)
                ++seen[line];
        }
        CPPUNIT_ASSERT(files > 20);
        CPPUNIT_ASSERT_EQUAL(std::size_t{threads}, seen.size());
        for (const auto& [line, count] : seen)
            CPPUNIT_ASSERT_EQUAL_MESSAGE(line, lines, count);
    }

    void testAForeignFileOfASimilarNameStays() {
        std::ofstream(path("log.old")) << "mine";
        RotatingFileSink sink(path(), {2, 1});
        for (int i = 0; i < 9; ++i)
            sink.write("x\n");
        CPPUNIT_ASSERT_EQUAL(std::string("log log.1 log.old "), names());
        CPPUNIT_ASSERT_EQUAL(std::string("mine"), contents("log.old"));
    }

    void testWhatACrashLeftBehindIsNotTakenOver() {
        std::ofstream(path("log.new")) << "half a li";
        RotatingFileSink sink(path(), {8, 1});
        sink.write("12345\n");
        sink.write("67890\n");
        CPPUNIT_ASSERT_EQUAL(std::string("67890\n"), contents());
        CPPUNIT_ASSERT_EQUAL(std::string("log log.1 "), names());
    }

    void testReopensByName() {
        RotatingFileSink sink(path());
        sink.write("one\n");
        fs::rename(path(), path("moved"));
        sink.write("two\n");
        sink.reopen();
        sink.write("three\n");
        CPPUNIT_ASSERT_EQUAL(std::string("one\ntwo\n"), contents("moved"));
        CPPUNIT_ASSERT_EQUAL(std::string("three\n"), contents());
    }

    void testKeepsTheOldFileWhereReopeningFails() {
        RotatingFileSink sink(path());
        fs::rename(path(), path("moved"));
        fs::create_directory(path());
        CPPUNIT_ASSERT_THROW(sink.reopen(), LogFileError);
        sink.write("still\n");
        CPPUNIT_ASSERT_EQUAL(std::string("still\n"), contents("moved"));
    }

    void testGrowsOnWhereNoNewFileCanBeMade() {
        fs::create_directory(path("log.new"));
        std::ofstream(path("log.new") / "x") << "so that it can't be removed";
        RotatingFileSink sink(path(), {16, 1});
        for (int i = 0; i < 10; ++i)
            sink.write("12345678\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t{90}, contents().size());
        CPPUNIT_ASSERT_EQUAL(std::string("log log.new "), names());
        fs::remove_all(path("log.new"));
        sink.write("12345678\n");
        sink.write("12345678\n");
        CPPUNIT_ASSERT_EQUAL(std::string("log log.1 "), names());
    }

    void testRemovedFileIsCreatedAnew() {
        RotatingFileSink sink(path(), {8, 1});
        sink.write("12345\n");
        fs::remove(path());
        sink.write("12345\n");
        CPPUNIT_ASSERT_EQUAL(std::string("12345\n"), contents());
        CPPUNIT_ASSERT_EQUAL(std::string("log "), names());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RotatingFileSinkTest);
