// SPDX-License-Identifier: Apache-2.0
// Plugins that others could change. POSIX: users, permissions, symbolic links.
#include "PluginFolder.h"

#include <cppunit/extensions/HelperMacros.h>
#include <unistd.h>

using namespace central_oauth;
using loader::RefusalReason;
namespace fs = std::filesystem;

class PluginRightsTest : public loader::test::PluginFolder {
    CPPUNIT_TEST_SUITE(PluginRightsTest);
    CPPUNIT_TEST(testRefusesFileThatOthersCanWrite);
    CPPUNIT_TEST(testRefusesFileOfAnotherUser);
    CPPUNIT_TEST(testRefusesDirectoryThatOthersCanWrite);
    CPPUNIT_TEST(testRefusesEveryDirectoryAboveThatOthersCanWrite);
    CPPUNIT_TEST(testRefusesLinkIntoDirectoryThatOthersCanWrite);
    CPPUNIT_TEST_SUITE_END();

public:
    void testRefusesFileThatOthersCanWrite() {
        const auto file = install("fixture-good");
        for (const unsigned mode : {0664U, 0646U}) {
            fs::permissions(file, fs::perms(mode));
            assertRefused("fixture-good", RefusalReason::untrusted,
                          "plugin fixture-good: " + file.string() +
                              " can be written by others; remove that permission (chmod go-w)");
        }
    }

    void testRefusesFileOfAnotherUser() {
        const auto file = install("fixture-good");
        if (::chown(file.c_str(), 65534, 65534) != 0)
            return; // only root can change a file's owner
        assertRefused("fixture-good", RefusalReason::untrusted,
                      "plugin fixture-good: " + file.string() +
                          " belongs to another user; give it to root (chown root), or run this as "
                          "its owner (sudo -u)");
    }

    void testRefusesDirectoryThatOthersCanWrite() {
        const auto file = install("fixture-good");
        fs::permissions(_directory, fs::perms(0775));
        assertRefused("fixture-good", RefusalReason::untrusted,
                      "plugin fixture-good: " + file.string() + " is below " + _directory.string() +
                          ", which can be written by others; remove that permission (chmod go-w)");
    }

    // A user with such a right can replace the next directory.
    void testRefusesEveryDirectoryAboveThatOthersCanWrite() {
        const fs::path upper = _directory / "upper";
        const fs::path plugins = upper / "middle" / "plugins";
        fs::create_directories(plugins);
        fs::rename(install("fixture-good"), plugins / fileOf("fixture-good").filename());
        fs::permissions(upper, fs::perms(0777));
        const auto refusals = loader::loadPlugins(plugins, {"fixture-good"}).refusals;
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), refusals.size());
        CPPUNIT_ASSERT_MESSAGE(refusals[0].message,
                               refusals[0].message.find(" is below " + upper.string() + ", which ") !=
                                   std::string::npos);
        fs::permissions(upper, fs::perms(01777));
        CPPUNIT_ASSERT_MESSAGE("the sticky bit keeps what is there",
                               loader::loadPlugins(plugins, {"fixture-good"}).refusals.empty());
    }

    void testRefusesLinkIntoDirectoryThatOthersCanWrite() {
        const fs::path open = _directory / "open";
        fs::create_directories(open);
        fs::rename(install("fixture-good"), open / "library");
        fs::permissions(open, fs::perms(0777));
        fs::create_symlink(open / "library", fileOf("fixture-good"));
        assertRefused("fixture-good", RefusalReason::untrusted,
                      "plugin fixture-good: " + fileOf("fixture-good").string() + " is below " +
                          open.string() +
                          ", which can be written by others; remove that permission (chmod go-w)");
        fs::permissions(open, fs::perms(0755));
        CPPUNIT_ASSERT(loader::loadPlugins(_directory, {"fixture-good"}).refusals.empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginRightsTest);
