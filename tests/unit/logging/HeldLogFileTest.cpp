// SPDX-License-Identifier: Apache-2.0
// Platform file (Windows): another program, such as a scanner, has the log file open and lets nobody rename
// it.
#include "LogFolder.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <string>
#include <windows.h>

using namespace central_oauth::logging;
namespace fs = std::filesystem;

namespace {

/// A file that is open, and that nobody may rename or remove meanwhile.
class HeldFile {
public:
    explicit HeldFile(const fs::path& path)
        : _handle(::CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                                OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr)) {
        CPPUNIT_ASSERT(_handle != INVALID_HANDLE_VALUE);
    }
    ~HeldFile() { ::CloseHandle(_handle); }
    HeldFile(const HeldFile&) = delete;
    HeldFile& operator=(const HeldFile&) = delete;

private:
    HANDLE _handle;
};

} // namespace

class HeldLogFileTest : public test::LogFolder {
    CPPUNIT_TEST_SUITE(HeldLogFileTest);
    CPPUNIT_TEST(testAHeldFileGrowsOnUntilItIsLetGo);
    CPPUNIT_TEST(testAHeldOldFileIsNotLost);
    CPPUNIT_TEST_SUITE_END();

public:
    void testAHeldFileGrowsOnUntilItIsLetGo() {
        RotatingFileSink sink(path(), {16, 2});
        sink.write("12345678\n");
        {
            const HeldFile held(path());
            for (int i = 0; i < 9; ++i)
                sink.write("12345678\n");
            CPPUNIT_ASSERT_EQUAL(std::size_t{90}, contents().size());
            CPPUNIT_ASSERT_EQUAL(std::string("log "), names());
        }
        sink.write("12345678\n");
        CPPUNIT_ASSERT_EQUAL(std::string("log log.1 "), names());
        CPPUNIT_ASSERT_EQUAL(std::size_t{90}, contents("log.1").size());
        CPPUNIT_ASSERT_EQUAL(std::string("12345678\n"), contents());
    }

    // The current file can't take its place then, either, and grows on.
    void testAHeldOldFileIsNotLost() {
        RotatingFileSink sink(path(), {8, 1});
        sink.write("12345678\n");
        sink.write("abcdefgh\n");
        CPPUNIT_ASSERT_EQUAL(std::string("log log.1 "), names());
        {
            const HeldFile held(path("log.1"));
            sink.write("ABCDEFGH\n");
            CPPUNIT_ASSERT_EQUAL(std::string("12345678\n"), contents("log.1"));
            CPPUNIT_ASSERT_EQUAL(std::string("abcdefgh\nABCDEFGH\n"), contents());
        }
        sink.write("87654321\n");
        CPPUNIT_ASSERT_EQUAL(std::string("abcdefgh\nABCDEFGH\n"), contents("log.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("87654321\n"), contents());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeldLogFileTest);
