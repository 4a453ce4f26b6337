// SPDX-License-Identifier: Apache-2.0
// Real libraries, one for each reason to refuse.
#include "PluginFolder.h"
#include "central_oauth/provider/Entry.h"

#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <string>

#include <Poco/SharedLibrary.h>

using namespace central_oauth;
using loader::RefusalReason;
namespace fs = std::filesystem;

class PluginLibraryTest : public loader::test::PluginFolder {
    CPPUNIT_TEST_SUITE(PluginLibraryTest);
    CPPUNIT_TEST(testLoadsGoodPlugin);
    CPPUNIT_TEST(testLoadsRepeatedIdOnce);
    CPPUNIT_TEST(testCollectsEveryRefusal);
    CPPUNIT_TEST(testRefusesMissingFile);
    CPPUNIT_TEST(testRefusesFileThatIsNoLibrary);
    CPPUNIT_TEST(testRefusesLibraryThatIsCutOff);
    CPPUNIT_TEST(testRefusesWhatIsNoFile);
    CPPUNIT_TEST(testRefusesLibraryWithoutEntry);
    CPPUNIT_TEST(testRefusesWrongBuildTag);
    CPPUNIT_TEST(testRefusesPluginThatNeedsANewerHost);
    CPPUNIT_TEST(testRefusesPluginThatIsTooOld);
    CPPUNIT_TEST(testRefusesShortDescriptor);
    CPPUNIT_TEST(testRefusesIdThatIsNotTheFileName);
    CPPUNIT_TEST(testRefusesThrowingFactoryWithoutQuotingIt);
    CPPUNIT_TEST(testRefusesSettingsThatMakeNoSense);
    CPPUNIT_TEST(testRefusesPluginThatThrowsWhenAskedForItsSettings);
    CPPUNIT_TEST(testLoadsEachPluginFromItsOwnFile);
    CPPUNIT_TEST(testRefusesIdsThatAreNoFileNames);
    CPPUNIT_TEST(testChecksOneFile);
    CPPUNIT_TEST(testListsWhatCouldBePlugins);
    CPPUNIT_TEST_SUITE_END();

public:
    void testLoadsGoodPlugin() {
        install("fixture-good");
        const auto outcome = loader::loadPlugins(_directory, {"fixture-good"});
        CPPUNIT_ASSERT_MESSAGE(outcome.refusals.empty() ? "" : outcome.refusals.front().message,
                               outcome.refusals.empty());
        const auto& library = outcome.libraries.at(0);
        CPPUNIT_ASSERT_EQUAL(std::string("fixture-good"), library.id());
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3"), library.version());
        CPPUNIT_ASSERT_EQUAL(std::string("Good fixture"), library.displayName());
        CPPUNIT_ASSERT_EQUAL(std::string("BASE"), library.settings().at(0).key);
    }

    void testLoadsRepeatedIdOnce() {
        install("fixture-good");
        CPPUNIT_ASSERT_EQUAL(
            std::size_t(1),
            loader::loadPlugins(_directory, {"fixture-good", "fixture-good"}).libraries.size());
    }

    void testCollectsEveryRefusal() {
        install("fixture-good");
        install("fixture-wrong-tag");
        const auto outcome = loader::loadPlugins(_directory, {"absent", "fixture-good", "fixture-wrong-tag"});
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), outcome.libraries.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), outcome.refusals.size());
    }

    void testRefusesMissingFile() {
        assertRefused("absent", RefusalReason::missing,
                      "plugin absent: there is no readable file " + fileOf("absent").string() +
                          "; install it or remove the provider");
    }

    void testRefusesFileThatIsNoLibrary() {
        std::ofstream(fileOf("text")) << "not a library\n";
        fs::permissions(fileOf("text"), fs::perms(0644));
        const auto refusal = refusalOf("text");
        CPPUNIT_ASSERT(refusal.reason == RefusalReason::notALibrary);
        CPPUNIT_ASSERT_MESSAGE("the name that the operator knows: " + refusal.message,
                               refusal.message.starts_with("plugin text: the system can't open it (" +
                                                           fileOf("text").string() + ": "));
        CPPUNIT_ASSERT_MESSAGE(refusal.message, refusal.message.ends_with("); build it for this machine"));
    }

    // With each of these lengths the system's loader would kill the process or report another error.
    void testRefusesLibraryThatIsCutOff() {
        const auto file = install("fixture-good");
        const auto whole = fs::file_size(file);
        for (const auto part : {whole - 1, whole / 2, whole / 4, std::uintmax_t(4096), std::uintmax_t(100)}) {
            fs::resize_file(file, part);
            const auto refusal = refusalOf("fixture-good");
            CPPUNIT_ASSERT(refusal.reason == RefusalReason::notALibrary);
            CPPUNIT_ASSERT_MESSAGE(refusal.message, refusal.message.starts_with(
                                                        "plugin fixture-good: " + file.string() +
                                                        " is cut off, " + std::to_string(part) + " of "));
            CPPUNIT_ASSERT_MESSAGE(refusal.message,
                                   refusal.message.ends_with(" bytes are there; install it again"));
        }
        fs::resize_file(file, 10);
        CPPUNIT_ASSERT(refusalOf("fixture-good").reason == RefusalReason::notALibrary);
    }

    void testRefusesWhatIsNoFile() {
        fs::create_directory(fileOf("folder"));
        fs::permissions(fileOf("folder"), fs::perms(0755));
        assertRefused("folder", RefusalReason::notALibrary,
                      "plugin folder: " + fileOf("folder").string() +
                          " is no regular file; install the plugin's library in its place");
    }

    void testRefusesLibraryWithoutEntry() {
        install("fixture-no-entry");
        assertRefused("fixture-no-entry", RefusalReason::noEntry,
                      "plugin fixture-no-entry: it exports no central_oauth_provider_v1; build it with the "
                      "macro CENTRAL_OAUTH_PROVIDER");
    }

    void testRefusesWrongBuildTag() {
        install("fixture-wrong-tag");
        const auto refusal = refusalOf("fixture-wrong-tag");
        CPPUNIT_ASSERT(refusal.reason == RefusalReason::buildTag);
        CPPUNIT_ASSERT_EQUAL(std::string("plugin fixture-wrong-tag: it was built for \"libother;bits=8\" and "
                                         "this host for \"" CENTRAL_OAUTH_BUILD_TAG
                                         "\"; build both with the same standard library and settings"),
                             refusal.message);
    }

    void testRefusesPluginThatNeedsANewerHost() {
        install("fixture-too-new");
        assertRefused("fixture-too-new", RefusalReason::sdkTooNew,
                      "plugin fixture-too-new: it needs SDK 1.4000000000 and this host has 1.2; update the "
                      "host or install an older plugin");
    }

    void testRefusesPluginThatIsTooOld() {
        install("fixture-too-old");
        assertRefused("fixture-too-old", RefusalReason::sdkTooOld,
                      "plugin fixture-too-old: it was built with SDK 1.1 and this host needs 1.2 at least; "
                      "rebuild or update the plugin");
    }

    void testRefusesShortDescriptor() {
        install("fixture-short-descriptor");
        assertRefused("fixture-short-descriptor", RefusalReason::malformedEntry,
                      "plugin fixture-short-descriptor: its descriptor is missing or too short; build it "
                      "with the macro CENTRAL_OAUTH_PROVIDER");
    }

    void testRefusesIdThatIsNotTheFileName() {
        install("fixture-other-id");
        assertRefused("fixture-other-id", RefusalReason::otherId,
                      "plugin fixture-other-id: the file contains the plugin \"somebody-else\"; name the "
                      "file after it");
    }

    void testRefusesThrowingFactoryWithoutQuotingIt() {
        install("fixture-throwing-factory");
        assertRefused(
            "fixture-throwing-factory", RefusalReason::factoryFailed,
            "plugin fixture-throwing-factory: its factory threw an exception; report that to its author");
    }

    void testRefusesSettingsThatMakeNoSense() {
        install("fixture-bad-settings");
        assertRefused(
            "fixture-bad-settings", RefusalReason::badSettings,
            "plugin fixture-bad-settings: it declares its setting BASE twice; rename one of the two");
    }

    void testRefusesPluginThatThrowsWhenAskedForItsSettings() {
        install("fixture-throwing-settings");
        assertRefused(
            "fixture-throwing-settings", RefusalReason::factoryFailed,
            "plugin fixture-throwing-settings: its factory threw an exception; report that to its author");
    }

    // The dynamic linker identifies a library by its path, which here is that of a descriptor.
    void testLoadsEachPluginFromItsOwnFile() {
        install("fixture-good");
        install("fixture-no-entry");
        install("fixture-revoking");
        const auto outcome = loader::loadPlugins(
            _directory, {"fixture-no-entry", "absent", "fixture-good", "fixture-revoking"});
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), outcome.libraries.size());
        CPPUNIT_ASSERT_EQUAL(std::string("fixture-good"), outcome.libraries[0].id());
        CPPUNIT_ASSERT_EQUAL(std::string("fixture-revoking"), outcome.libraries[1].id());
    }

    void testRefusesIdsThatAreNoFileNames() {
        for (const char* id :
             {"", "../jira", "Jira", "1jira", "ji ra", "a.b", "-a", "abcdefghijklmnopqrstuvwxyzabcdefg"})
            assertRefused(id, RefusalReason::malformedId,
                          std::string("\"") + id +
                              "\" is no plugin id; use lower-case letters, digits and hyphens, 32 at most");
    }

    void testChecksOneFile() {
        CPPUNIT_ASSERT(loader::loadPluginFile(install("fixture-good")).refusals.empty());
        CPPUNIT_ASSERT(loader::loadPluginFile(install("fixture-no-entry")).refusals.at(0).reason ==
                       RefusalReason::noEntry);
    }

    void testListsWhatCouldBePlugins() {
        install("fixture-good");
        install("fixture-no-entry");
        std::ofstream(_directory / "README.txt") << "text\n";
        std::ofstream(fileOf("Upper")) << "text\n";
        const auto ids = loader::pluginIdsIn(_directory);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), ids.size());
        CPPUNIT_ASSERT_EQUAL(std::string("fixture-good"), ids[0]);
        CPPUNIT_ASSERT(loader::pluginIdsIn(_directory / "absent").empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginLibraryTest);
