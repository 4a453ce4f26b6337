// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX): secrets of a provider that are read again from their files.
#include "central_oauth/config/SecretFiles.h"

#include "central_oauth/config/ProviderSettings.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <Poco/TemporaryFile.h>

using namespace central_oauth::config;
namespace fs = std::filesystem;

class SecretFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SecretFilesTest);
    CPPUNIT_TEST(testReadsWhatAFileHoldsNow);
    CPPUNIT_TEST(testReadsACredential);
    CPPUNIT_TEST(testLeavesOutWhatIsInNoFile);
    CPPUNIT_TEST(testOneFaultyFileLeavesTheOther);
    CPPUNIT_TEST(testChecksAsTheStartDoes);
    CPPUNIT_TEST(testMissesACredential);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { fs::create_directories(_folder.path()); }

    void testReadsWhatAFileHoldsNow() {
        const auto file = write("secret", "first\n");
        const auto files = filesOf({{"CENTRAL_OAUTH_ACME_CLIENT_SECRET_FILE", file}});
        write("secret", "second");
        expect(files, {"CLIENT_SECRET=second"});
        expect(files, {"CLIENT_SECRET=second"});
    }

    void testReadsACredential() {
        write("central_oauth_acme_client_secret", "first");
        const auto files = filesOf({{"CREDENTIALS_DIRECTORY", _folder.path()}});
        write("central_oauth_acme_client_secret", "second");
        expect(files, {"CLIENT_SECRET=second"});
    }

    void testLeavesOutWhatIsInNoFile() {
        const auto files = filesOf({{"CENTRAL_OAUTH_ACME_CLIENT_SECRET", "in the environment"},
                                    {"CENTRAL_OAUTH_ACME_CLIENT_ID_FILE", "/nowhere"},
                                    {"CENTRAL_OAUTH_OTHER_CLIENT_SECRET_FILE", "/nowhere"},
                                    {"CREDENTIALS_DIRECTORY", _folder.path()}});
        CPPUNIT_ASSERT(files.empty());
        write("central_oauth_acme_client_secret", "too late");
        expect(files, {});
    }

    void testOneFaultyFileLeavesTheOther() {
        const auto files = filesOf({{"CENTRAL_OAUTH_ACME_CLIENT_SECRET_FILE", write("one", "first")},
                                    {"CENTRAL_OAUTH_ACME_OTHER_SECRET_FILE", write("other", "first")}});
        expect(files, {"CLIENT_SECRET=first", "OTHER_SECRET=first"});
        write("one", "");
        expect(files, {"OTHER_SECRET=first"}, "CENTRAL_OAUTH_ACME_CLIENT_SECRET_FILE names an empty file");
    }

    void testChecksAsTheStartDoes() {
        const auto file = write("secret", "first");
        const auto files = filesOf({{"CENTRAL_OAUTH_ACME_CLIENT_SECRET_FILE", file}});
        fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
        expect(files, {}, "CENTRAL_OAUTH_ACME_CLIENT_SECRET_FILE names a file that can be written by others");
        fs::permissions(file, fs::perms::others_write, fs::perm_options::remove);
        write("secret", "two\nlines");
        expect(files, {}, "CENTRAL_OAUTH_ACME_CLIENT_SECRET_FILE names the file " + file + ", which holds");
        fs::remove(file);
        expect(files, {}, "CENTRAL_OAUTH_ACME_CLIENT_SECRET_FILE names a file that");
        write("secret", "second");
        expect(files, {"CLIENT_SECRET=second"});
    }

    void testMissesACredential() {
        const auto credential = write("central_oauth_acme_client_secret", "first");
        const auto files = filesOf({{"CREDENTIALS_DIRECTORY", _folder.path()}});
        fs::remove(credential);
        expect(files, {}, "the credential central_oauth_acme_client_secret is no longer there");
    }

private:
    using Variables = std::map<std::string, std::string>;

    static SecretFiles filesOf(const Variables& variables) {
        using Type = central_oauth::provider::SettingType;
        const std::vector<central_oauth::provider::SettingSpec> specs{
            {"CLIENT_ID", Type::text, true, {}, {}, {}},
            {"CLIENT_SECRET", Type::secret, true, {}, {}, {}},
            {"OTHER_SECRET", Type::secret, false, {}, {}, {}}};
        return SecretFiles(Environment(variables), "acme", specs);
    }

    std::string write(const std::string& name, const std::string& content) const {
        const fs::path path = fs::path(_folder.path()) / name;
        std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
        return path.string();
    }

    // The fault's text begins with the given one; empty: there is no fault.
    static void expect(const SecretFiles& files, const std::vector<std::string>& values,
                       const std::string& fault = {}) {
        Report report;
        std::vector<std::string> read;
        for (const auto& [key, secret] : files.read(report))
            read.push_back(key + '=' + std::string(secret.reveal()));
        CPPUNIT_ASSERT(values == read);
        const auto text = faultText(report);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::size_t(fault.empty() ? 0 : 1), report.faults.size());
        CPPUNIT_ASSERT_MESSAGE(text, fault.empty() || text.starts_with("1. " + fault));
        CPPUNIT_ASSERT_MESSAGE("no value in a text", text.find("two") == std::string::npos);
    }

    Poco::TemporaryFile _folder;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretFilesTest);
