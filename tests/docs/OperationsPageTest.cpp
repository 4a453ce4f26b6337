// SPDX-License-Identifier: Apache-2.0
// Runs the irreversible blocks of docs/operations.md as an operator does.
#include "../support/ServiceUnderTest.h"
#include "Markdown.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include <Poco/String.h>

using namespace central_oauth::test;

namespace fs = std::filesystem;

class OperationsPageTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OperationsPageTest);
    CPPUNIT_TEST(testChangeOfTheKeyRunTwiceLosesNoKey);
    CPPUNIT_TEST_SUITE_END();

public:
    void testChangeOfTheKeyRunTwiceLosesNoKey() {
        const Simulator simulator;
        ServiceUnderTest service(simulator);
        const auto first = installKey(service);
        addPrograms(service.folder() / "bin");
        const auto account = service.linkAccount().text("account_id");
        const auto block = blockBehind("key change");
        for (std::size_t runs = 1; runs <= 2; ++runs) {
            const auto ended = run(block, service);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.errors, 0, ended.exitCode);
            CPPUNIT_ASSERT_MESSAGE("the block restarts the daemon",
                                   contentOf(service.folder() / "restarts").size() == 2 * runs);
            CPPUNIT_ASSERT_EQUAL(0, service.stop());
            service.start();
            const auto token = service.get("/v1/tokens/" + account, service.key());
            CPPUNIT_ASSERT_EQUAL_MESSAGE("a secret sealed by the first key does not open", 200, token.status);
        }
        // The third key seals this secret; it must stay readable beside those of the first key.
        (void)service.linkAccount(R"({"provider":"jira","subject":"later"})");
        const auto keys = keysIn(service.folder() / "secret-key");
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), keys.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), std::set<std::string>(keys.begin(), keys.end()).size());
        CPPUNIT_ASSERT_EQUAL(first, keys.back());
        CPPUNIT_ASSERT_EQUAL(0, service.stop());
        service.start();
        CPPUNIT_ASSERT_EQUAL(200, service.get("/v1/tokens/" + account, service.key()).status);
    }

private:
    static std::string contentOf(const fs::path& file) {
        std::ifstream stream(file);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    static std::vector<std::string> keysIn(const fs::path& file) {
        std::vector<std::string> keys;
        std::istringstream stream(Poco::trim(contentOf(file)));
        for (std::string key; std::getline(stream, key, ',');)
            keys.push_back(key);
        return keys;
    }

    // Installs the key as the page does: alone in a file. Returns the key.
    static std::string installKey(ServiceUnderTest& service) {
        CPPUNIT_ASSERT_EQUAL(0, service.stop());
        const auto file = service.folder() / "secret-key";
        const auto key = service.environment["CENTRAL_OAUTH_SECRET_KEY"];
        std::ofstream(file) << key << '\n';
        fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
        service.environment.erase("CENTRAL_OAUTH_SECRET_KEY");
        service.environment["CENTRAL_OAUTH_SECRET_KEY_FILE"] = file.string();
        service.start();
        return key;
    }

    // Adds a sudo that keeps the user, and a systemctl that records its arguments.
    static void addPrograms(const fs::path& folder) {
        fs::create_directories(folder);
        std::ofstream(folder / "sudo") << "#!/bin/sh\nexec env \"$@\"\n";
        std::ofstream(folder / "systemctl")
            << "#!/bin/sh\n[ \"$*\" = 'restart central-oauthd' ] && echo r >>\"$RESTARTS\"\n";
        for (const std::string name : {"sudo", "systemctl"})
            fs::permissions(folder / name, fs::perms::owner_all);
        fs::create_symlink(programPath("central-oauthd"), folder / "central-oauthd");
    }

    static std::string blockBehind(const std::string& mark) {
        const auto page = MarkdownPage::read(fs::path(CENTRAL_OAUTH_SOURCE_DIR) / "docs" / "operations.md");
        bool isNext = false;
        for (const auto& part : page.parts) {
            if (part.kind == MarkdownPart::Kind::mark)
                isNext = part.text == mark;
            else if (isNext)
                return part.text;
        }
        CPPUNIT_FAIL("no block behind the mark " + mark);
        return {};
    }

    static Finished run(const std::string& block, const ServiceUnderTest& service) {
        const auto folder = service.folder().string();
        const auto text = Poco::replace(block, std::string("/etc/central-oauth"), folder);
        CPPUNIT_ASSERT_MESSAGE("the block names no file", text != block);
        return runToEnd("/bin/sh", {"-euc", "PATH='" + folder + "/bin':/usr/bin:/bin\nexport PATH\n" + text},
                        {{"RESTARTS", folder + "/restarts"}});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OperationsPageTest);
