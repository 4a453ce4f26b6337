// SPDX-License-Identifier: Apache-2.0
// Installs the SDK, builds a plugin in a project outside this tree, and loads it into the daemon.
#include "../support/ServiceUnderTest.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

using namespace central_oauth::test;
namespace fs = std::filesystem;

namespace {

const fs::path source = CENTRAL_OAUTH_SOURCE_DIR;
const fs::path outside = CENTRAL_OAUTH_SDK_TEST_DIR;
const fs::path prefix = outside / "prefix";

void runCMake(const std::vector<std::string>& arguments) {
    const auto finished = runToEnd(CENTRAL_OAUTH_CMAKE, arguments, {}, std::chrono::seconds(200));
    CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.output + finished.errors, 0, finished.exitCode);
}

// Returns the library that the outside project builds, once per run.
fs::path builtPlugin() {
    static const fs::path library = [] {
        fs::remove_all(outside);
        fs::create_directories(outside);
        fs::copy(source / "tests/sdk/example", outside / "acme");
        runCMake({"--install", buildUnderTest().string(), "--component", "sdk", "--prefix", prefix.string()});
        std::vector<std::string> configure{"-S",
                                           (outside / "acme").string(),
                                           "-B",
                                           (outside / "build").string(),
                                           "-G",
                                           CENTRAL_OAUTH_GENERATOR,
                                           std::string("-DCMAKE_CXX_COMPILER=") + CENTRAL_OAUTH_COMPILER,
                                           "-DCMAKE_PREFIX_PATH=" + prefix.string()};
        const auto sanitizers = sanitizersUnderTest();
        if (!sanitizers.empty()) {
            configure.push_back("-DCMAKE_CXX_FLAGS=-fsanitize=" + sanitizers);
            configure.push_back("-DCENTRAL_OAUTH_SANITIZE=" + sanitizers);
        }
        runCMake(configure);
        runCMake({"--build", (outside / "build").string()});
        return outside / "build" / "acme.so";
    }();
    return library;
}

std::set<std::string> filesBelow(const fs::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file())
            names.insert(fs::relative(entry.path(), folder).string());
    }
    return names;
}

} // namespace

class OutsideBuildTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OutsideBuildTest);
    CPPUNIT_TEST(testInstallsTheSdkAndNothingElse);
    CPPUNIT_TEST(testThePluginExportsItsEntryAlone);
    CPPUNIT_TEST(testTheHostAcceptsThePlugin);
    CPPUNIT_TEST(testTheHostNamesTheReasonOfARefusal);
    CPPUNIT_TEST(testTheDaemonServesThePlugin);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { fs::permissions(_folder.path(), fs::perms(0755)); }

    void testInstallsTheSdkAndNothingElse() {
        (void)builtPlugin();
        std::set<std::string> expected;
        for (const std::string module : {"provider", "oauth2"}) {
            for (const auto& header : filesBelow(source / "shared" / module / "include"))
                expected.insert("include/" + header);
        }
        CPPUNIT_ASSERT(expected.count("include/central_oauth/provider/Entry.h") == 1);
        const std::string libraries = CENTRAL_OAUTH_LIBRARY_DIR;
        expected.insert(libraries + "/libcentral_oauth_oauth2.a");
        std::set<std::string> installed;
        for (const auto& file : filesBelow(prefix)) {
            // CMake chooses the names of the files about targets.
            if (file.find("/cmake/CentralOAuth/CentralOAuthTargets") == std::string::npos)
                installed.insert(file);
        }
        for (const std::string file : {"Config", "ConfigVersion", "Plugin"})
            expected.insert(libraries + "/cmake/CentralOAuth/CentralOAuth" + file + ".cmake");
        CPPUNIT_ASSERT_EQUAL(listed(expected), listed(installed));
    }

    void testThePluginExportsItsEntryAlone() {
        const auto symbols = runToEnd("/usr/bin/nm", {"-D", "--defined-only", builtPlugin().string()}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(symbols.errors, 0, symbols.exitCode);
        std::set<std::string> names;
        std::istringstream lines(symbols.output);
        for (std::string line; std::getline(lines, line);) {
            if (line.find(" A ") == std::string::npos)
                names.insert(line.substr(line.rfind(' ') + 1));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("central_oauth_provider_v1\n"), listed(names));
    }

    void testTheHostAcceptsThePlugin() {
        const auto good = check(install("acme.so"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(good.errors, 0, good.exitCode);
        CPPUNIT_ASSERT_MESSAGE(good.output, good.output.starts_with("acme 1.0.0 \"Acme\" can be loaded"));
        CPPUNIT_ASSERT_MESSAGE(good.output,
                               good.output.find("CLIENT_SECRET (secret, required") != std::string::npos);
    }

    void testTheHostNamesTheReasonOfARefusal() {
        const auto renamed = check(install("other.so"));
        CPPUNIT_ASSERT_EQUAL(78, renamed.exitCode);
        CPPUNIT_ASSERT_MESSAGE(renamed.errors,
                               renamed.errors.find("plugin other: the file contains the plugin \"acme\"; "
                                                   "name the file after it") != std::string::npos);
        const auto file = install("acme.so");
        fs::resize_file(file, fs::file_size(file) / 2);
        const auto cut = check(file);
        CPPUNIT_ASSERT_EQUAL(78, cut.exitCode);
        CPPUNIT_ASSERT_MESSAGE(cut.errors, cut.errors.find(" is cut off, ") != std::string::npos);
    }

    void testTheDaemonServesThePlugin() {
        (void)install("acme.so");
        fs::copy_file(pluginFile("jira"), _folder.path() / "jira.so");
        fs::permissions(_folder.path() / "jira.so", fs::perms(0644));
        const Simulator simulator;
        const ServiceUnderTest service(simulator, {{"CENTRAL_OAUTH_PLUGIN_DIR", _folder.path().string()},
                                                   {"CENTRAL_OAUTH_PROVIDERS", "jira,acme"},
                                                   {"CENTRAL_OAUTH_ACME_CLIENT_ID", "acme-client"},
                                                   {"CENTRAL_OAUTH_ACME_CLIENT_SECRET", "acme-secret"}});
        CPPUNIT_ASSERT(service.get("/v1/providers", service.key()).body.find("\"Acme\"") !=
                       std::string::npos);
        WebBrowser browser;
        const auto moving = service.approve(browser, service.createLink(R"({"provider":"acme"})"));
        const auto target = moving.refreshTarget();
        CPPUNIT_ASSERT_MESSAGE(target, target.starts_with("https://auth.acme.example/authorize?"
                                                          "response_type=code&client_id=acme-client&"
                                                          "redirect_uri="));
        CPPUNIT_ASSERT_MESSAGE(target, target.find("&scope=openid%20offline_access&") != std::string::npos);
    }

private:
    // Copies the plugin with fixed permissions: those of the build folder depend on the umask.
    [[nodiscard]] fs::path install(const std::string& name) const {
        const auto file = _folder.path() / name;
        fs::copy_file(builtPlugin(), file);
        fs::permissions(file, fs::perms(0644));
        return file;
    }

    static Finished check(const fs::path& file) {
        return runToEnd(programPath("central-oauthd"), {"--check-plugin", file.string()}, {});
    }

    static std::string listed(const std::set<std::string>& names) {
        std::string text;
        for (const auto& name : names)
            text += name + "\n";
        return text;
    }

    TemporaryFolder _folder;
};

CPPUNIT_TEST_SUITE_REGISTRATION(OutsideBuildTest);
