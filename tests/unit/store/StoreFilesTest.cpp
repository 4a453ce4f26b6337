// SPDX-License-Identifier: Apache-2.0
#include "StoreFiles.h"

#include "StoreFixture.h"

#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>

using namespace central_oauth::store;

namespace fs = std::filesystem;

class StoreFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoreFilesTest);
    CPPUNIT_TEST(testUnchangedFilesAreNoFault);
    CPPUNIT_TEST(testEveryWayToLoseAFileIsAFault);
    CPPUNIT_TEST(testRenamedFolderIsAFault);
    CPPUNIT_TEST(testFileThatComesBackIsNoFault);
    CPPUNIT_TEST(testMissingFilesAreNotWatched);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _directory = std::make_unique<TemporaryDirectory>();
        fs::create_directory(folder());
        for (const char* suffix : suffixes)
            std::ofstream(name(suffix)) << "content";
    }
    void tearDown() override { _directory.reset(); }

    void testUnchangedFilesAreNoFault() {
        const auto files = remembered();
        std::ofstream(name(""), std::ios::app) << "more";
        std::ofstream(name("-wal"), std::ios::trunc) << "";
        CPPUNIT_ASSERT(files.findFault().trouble == StoreTrouble::none);
    }

    void testEveryWayToLoseAFileIsAFault() {
        struct Way {
            StoreTrouble trouble;
            std::function<void(const fs::path&)> lose;
        };
        const std::vector<Way> ways{
            {StoreTrouble::fileMissing, [](const fs::path& file) { fs::remove(file); }},
            {StoreTrouble::fileMissing,
             [](const fs::path& file) { fs::rename(file, file.string() + ".old"); }},
            {StoreTrouble::fileReplaced,
             [](const fs::path& file) {
                 std::ofstream(file.string() + ".new") << "another content";
                 fs::rename(file.string() + ".new", file);
             }},
        };
        for (const auto& [trouble, lose] : ways)
            for (const std::string suffix : suffixes) {
                setUp();
                const auto files = remembered();
                lose(name(suffix));
                const auto fault = files.findFault();
                CPPUNIT_ASSERT_MESSAGE(suffix, fault.trouble == trouble);
                CPPUNIT_ASSERT_EQUAL(name(suffix).string(), fault.file.string());
                const bool holdsContent = suffix.empty() || suffix == "-wal";
                CPPUNIT_ASSERT_EQUAL_MESSAGE(suffix, holdsContent,
                                             files.findContentFault().trouble != StoreTrouble::none);
            }
        const auto files = remembered();
        fs::resize_file(name(""), 1);
        CPPUNIT_ASSERT(files.findContentFault().trouble == StoreTrouble::fileCut);
    }

    void testRenamedFolderIsAFault() {
        const auto files = remembered();
        fs::rename(folder(), folder().string() + ".old");
        CPPUNIT_ASSERT(files.findContentFault().trouble == StoreTrouble::fileMissing);
        fs::create_directory(folder());
        std::ofstream(name("")) << "content";
        CPPUNIT_ASSERT(files.findContentFault().trouble == StoreTrouble::fileReplaced);
    }

    void testFileThatComesBackIsNoFault() {
        const auto files = remembered();
        fs::rename(name(""), name(".old"));
        CPPUNIT_ASSERT(files.findFault().trouble == StoreTrouble::fileMissing);
        fs::rename(name(".old"), name(""));
        CPPUNIT_ASSERT(files.findFault().trouble == StoreTrouble::none);
    }

    void testMissingFilesAreNotWatched() {
        fs::remove(name("-shm"));
        const auto files = remembered();
        std::ofstream(name("-shm")) << "later";
        CPPUNIT_ASSERT(files.findFault().trouble == StoreTrouble::none);
    }

private:
    static constexpr std::array suffixes{"", "-wal", "-shm", ".lock"};

    [[nodiscard]] fs::path folder() const { return _directory->path() / "data"; }
    [[nodiscard]] fs::path name(const std::string& suffix) const {
        return (folder() / "db").string() + suffix;
    }

    [[nodiscard]] StoreFiles remembered() const {
        StoreFiles files(name(""));
        files.remember();
        return files;
    }

    std::unique_ptr<TemporaryDirectory> _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoreFilesTest);
