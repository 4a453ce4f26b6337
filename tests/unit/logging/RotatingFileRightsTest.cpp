// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX): the log file's permissions, links in its place, and a full disk.
#include "LogFolder.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace central_oauth::logging;
namespace fs = std::filesystem;

class RotatingFileRightsTest : public test::LogFolder {
    CPPUNIT_TEST_SUITE(RotatingFileRightsTest);
    CPPUNIT_TEST(testFilesArePrivateWhateverTheUmask);
    CPPUNIT_TEST(testALineThatDoesNotFitOnTheDiskIsTakenBack);
    CPPUNIT_TEST(testRefusesWhatIsNoFile);
    CPPUNIT_TEST(testFollowsNoLink);
    CPPUNIT_TEST_SUITE_END();

public:
    void testFilesArePrivateWhateverTheUmask() {
        const auto usual = ::umask(0);
        RotatingFileSink sink(path(), {10, 1});
        for (int i = 0; i < 3; ++i)
            sink.write("12345678\n");
        ::umask(usual);
        const auto owners = fs::perms::owner_read | fs::perms::owner_write;
        for (const auto* name : {"log", "log.1"})
            CPPUNIT_ASSERT_MESSAGE(name, fs::status(path(name)).permissions() == owners);
    }

    // A limit of the file's size acts like a full disk: both end a write in the middle.
    void testALineThatDoesNotFitOnTheDiskIsTakenBack() {
        RotatingFileSink sink(path());
        sink.write("12345678\n");
        rlimit usual{};
        ::getrlimit(RLIMIT_FSIZE, &usual);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{12, usual.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
        sink.write("abcdefgh\n");
        ::setrlimit(RLIMIT_FSIZE, &usual);
        std::signal(SIGXFSZ, handler);
        CPPUNIT_ASSERT_EQUAL(std::string("12345678\n"), contents());
        sink.write("ABCDEFGH\n");
        CPPUNIT_ASSERT_EQUAL(std::string("12345678\nABCDEFGH\n"), contents());
    }

    void testRefusesWhatIsNoFile() {
        CPPUNIT_ASSERT_EQUAL(std::string("is not a regular file"), problemOf(folder()));
        CPPUNIT_ASSERT_EQUAL(std::string("cannot be opened: No such file or directory"),
                             problemOf(path("absent") / "log"));
        CPPUNIT_ASSERT_EQUAL(std::string("is not a regular file"), problemOf("/dev/null"));
        CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(path("pipe").c_str(), 0600));
        CPPUNIT_ASSERT_EQUAL(std::string("is not a regular file"), problemOf(path("pipe")));
    }

    // A user who may write in the folder could otherwise redirect the log to any file of the service.
    void testFollowsNoLink() {
        std::ofstream(path("other")) << "mine\n";
        fs::create_symlink(path("other"), path());
        CPPUNIT_ASSERT_EQUAL(std::string("is a symbolic link"), problemOf(path()));
        fs::remove(path());
        RotatingFileSink sink(path(), {8, 1});
        sink.write("12345\n");
        fs::create_symlink(path("other"), path("log.new"));
        sink.write("67890\n");
        CPPUNIT_ASSERT_EQUAL(std::string("mine\n"), contents("other"));
        CPPUNIT_ASSERT_EQUAL(std::string("67890\n"), contents());
        fs::remove(path());
        fs::create_symlink(path("other"), path());
        CPPUNIT_ASSERT_THROW(sink.reopen(), LogFileError);
        CPPUNIT_ASSERT_EQUAL(std::string("mine\n"), contents("other"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RotatingFileRightsTest);
