// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/platform/OpenFile.h"

#include "TemporaryFolder.h"
#include "central_oauth/platform/Files.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::platform;
using central_oauth::platform::test::contentOf;
namespace fs = std::filesystem;

class OpenFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OpenFileTest);
    CPPUNIT_TEST(testReadsOneByteMoreThanTheLimit);
    CPPUNIT_TEST(testWritesAndKnowsItsSize);
    CPPUNIT_TEST(testAppendsWhatFollows);
    CPPUNIT_TEST(testNamesTheFileInErrors);
    CPPUNIT_TEST(testGivesAccessAsItWasButNotToOthers);
    CPPUNIT_TEST_SUITE_END();

public:
    void testReadsOneByteMoreThanTheLimit() {
        const auto file = openRegularFile(_folder.file("file", "content"));
        CPPUNIT_ASSERT_EQUAL(std::string("content"), std::string(file.readWhole(100).reveal()));
        CPPUNIT_ASSERT_EQUAL(std::string("content"), std::string(file.readWhole(7).reveal()));
        CPPUNIT_ASSERT_EQUAL(std::string("con"), std::string(file.readWhole(2).reveal()));
    }

    void testWritesAndKnowsItsSize() {
        auto file = createPrivateFile(_folder.path() / "file");
        file.write("content");
        file.sync();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, file.size());
        file.close();
        CPPUNIT_ASSERT_EQUAL(std::string("content"), contentOf(_folder.path() / "file"));
        CPPUNIT_ASSERT_THROW(file.write("more"), FileError);
    }

    void testAppendsWhatFollows() {
        auto file = createPrivateFile(_folder.path() / "file");
        CPPUNIT_ASSERT(file.append("one\n") && file.append("two\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("one\ntwo\n"), contentOf(_folder.path() / "file"));
        file.close();
        CPPUNIT_ASSERT(!file.append("three\n"));
    }

    void testNamesTheFileInErrors() {
        try {
            static_cast<void>(openRegularFile(_folder.path() / "none"));
            CPPUNIT_FAIL("opened");
        } catch (const FileError& failure) {
            CPPUNIT_ASSERT(failure.code() == std::errc::no_such_file_or_directory);
            CPPUNIT_ASSERT(failure.path() == _folder.path() / "none");
            CPPUNIT_ASSERT(std::string(failure.what()).find("/none") != std::string::npos);
        }
    }

    void testGivesAccessAsItWasButNotToOthers() {
        struct Case {
            fs::perms before;
            fs::perms after;
            bool losesReaders;
        };
        for (const auto& [before, after, loses] :
             {Case{fs::perms(0600), fs::perms(0600), false}, Case{fs::perms(0640), fs::perms(0640), false},
              Case{fs::perms(0644), fs::perms(0600), true}, Case{fs::perms(0400), fs::perms(0600), false}}) {
            const auto path = _folder.file("model", "");
            fs::permissions(path, before);
            const auto model = openRegularFile(path);
            CPPUNIT_ASSERT_EQUAL(loses, model.losesReaders());
            CPPUNIT_ASSERT_EQUAL(before == fs::perms(0640) || before == fs::perms(0644), model.isShared());
            createPrivateFile(_folder.path() / "next").takeAccessOf(model);
            CPPUNIT_ASSERT(fs::status(_folder.path() / "next").permissions() == after);
            fs::remove(_folder.path() / "next");
            fs::permissions(path, fs::perms(0600));
        }
    }

private:
    central_oauth::platform::test::TemporaryFolder _folder;
};

CPPUNIT_TEST_SUITE_REGISTRATION(OpenFileTest);
