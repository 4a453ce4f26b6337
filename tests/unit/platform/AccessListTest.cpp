// SPDX-License-Identifier: Apache-2.0
// Platform file (Windows): files that access lists open to everybody are found, and the advice is the
// system's. wine keeps of a list what modes of POSIX can say.
#include "TemporaryFolder.h"
#include "central_oauth/platform/TrustedFile.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <string>
// After windows.h of the others.
#include <aclapi.h>
#include <sddl.h>

using namespace central_oauth::platform;
namespace fs = std::filesystem;

namespace {

/// Replaces the list of a file: administrators may do everything, and Everyone what `rights` says in SDDL, if
/// anything.
void openToEveryone(const fs::path& path, const std::wstring& rights) {
    const auto everyone = rights.empty() ? rights : L"(A;;" + rights + L";;;WD)";
    const auto text = L"D:P(A;;FA;;;BA)" + everyone;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    CPPUNIT_ASSERT(::ConvertStringSecurityDescriptorToSecurityDescriptorW(text.c_str(), SDDL_REVISION_1,
                                                                          &descriptor, nullptr) != 0);
    CPPUNIT_ASSERT(::SetFileSecurityW(path.c_str(), DACL_SECURITY_INFORMATION, descriptor) != 0);
    ::LocalFree(descriptor);
}

} // namespace

class AccessListTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccessListTest);
    CPPUNIT_TEST(testAPrivateFileIsTrusted);
    CPPUNIT_TEST(testAFileThatEveryoneWritesIsRefused);
    CPPUNIT_TEST(testASecretThatEveryoneReadsIsWarnedOf);
    CPPUNIT_TEST_SUITE_END();

public:
    void testAPrivateFileIsTrusted() {
        openToEveryone(_file, L"");
        const auto judged = judge(FileRole::secret, _file);
        CPPUNIT_ASSERT(judged.refusals.empty());
        CPPUNIT_ASSERT_MESSAGE(judged.warnings.empty() ? "" : judged.warnings.front().problem,
                               judged.warnings.empty());
    }

    void testAFileThatEveryoneWritesIsRefused() {
        openToEveryone(_file, L"FA");
        const auto opened = openTrusted(FileRole::secret, _file);
        CPPUNIT_ASSERT(opened.refused());
        CPPUNIT_ASSERT_EQUAL(std::string("can be written by others"), opened.refusals.front().problem);
        assertAdvice(opened.refusals.front());
    }

    void testASecretThatEveryoneReadsIsWarnedOf() {
        openToEveryone(_file, L"FR");
        const auto opened = openTrusted(FileRole::secret, _file);
        CPPUNIT_ASSERT(!opened.refused());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, opened.warnings.size());
        CPPUNIT_ASSERT_EQUAL(std::string("can be read by everybody on this machine"),
                             opened.warnings.front().problem);
        assertAdvice(opened.warnings.front());
    }

private:
    static void assertAdvice(const FileDoubt& doubt) {
        CPPUNIT_ASSERT_MESSAGE(doubt.fix,
                               doubt.fix.find("icacls FILE /remove:g *S-1-1-0") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(doubt.fix, doubt.fix.find("chmod") == std::string::npos);
    }

    const test::TemporaryFolder _folder;
    const fs::path _file = _folder.file("secret", "content");
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccessListTest);
