// SPDX-License-Identifier: Apache-2.0
// Every role with every fault, and files that are replaced while they are opened. POSIX.
#include "central_oauth/platform/TrustedFile.h"

#include "RoleTable.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace central_oauth::platform;
namespace fs = std::filesystem;

namespace {

constexpr uid_t stranger = 65534;

bool holds(const std::vector<FileDoubt>& doubts, FileFault fault, const fs::path& path) {
    return std::any_of(doubts.begin(), doubts.end(),
                       [&](const FileDoubt& doubt) { return doubt.fault == fault && doubt.path == path; });
}

std::string textOf(const Judgement& judgement) {
    std::string text;
    for (const auto& doubt : judgement.refusals)
        text += "refused: " + doubt.problem + "; " + doubt.fix + '\n';
    for (const auto& doubt : judgement.warnings)
        text += "warning: " + doubt.problem + "; " + doubt.fix + '\n';
    return text;
}

/// Drops root's rights during its lifetime.
class AnotherUser {
public:
    AnotherUser() { CPPUNIT_ASSERT_EQUAL(0, ::seteuid(stranger)); }
    AnotherUser(const AnotherUser&) = delete;
    AnotherUser& operator=(const AnotherUser&) = delete;
    ~AnotherUser() { (void)!::seteuid(0); }
};

} // namespace

class TrustedFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TrustedFileTest);
    CPPUNIT_TEST(testAcceptsWhatIsInNobodyElsesHands);
    CPPUNIT_TEST(testEveryRoleJudgesEveryFault);
    CPPUNIT_TEST(testEveryRoleJudgesTheRealPathToo);
    CPPUNIT_TEST(testTheStickyBitProtectsExistingFiles);
    CPPUNIT_TEST(testLinkOfAnotherUserInAStickyFolderIsNotTrusted);
    CPPUNIT_TEST(testRefusesWhatIsNoFile);
    CPPUNIT_TEST(testSaysWhatThisUserMayNotOpen);
    CPPUNIT_TEST(testRefusesWhatIsTooLarge);
    CPPUNIT_TEST(testRefusesLinksThatLeadNowhere);
    CPPUNIT_TEST(testAppendingCreatesAPrivateFile);
    CPPUNIT_TEST(testFileReplacedMeanwhileIsNotTrusted);
    CPPUNIT_TEST(testTheDescriptorStaysTheFileThatWasJudged);
    CPPUNIT_TEST(testDoubtsAreHarmlessText);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        std::string pattern = (fs::temp_directory_path() / "central-oauth-trust-XXXXXX").string();
        CPPUNIT_ASSERT(::mkdtemp(pattern.data()) != nullptr);
        _root = fs::canonical(pattern);
        fs::permissions(_root, fs::perms(0755));
        _outer = _root / "outer";
        _inner = _outer / "inner";
        reset();
    }
    void tearDown() override { fs::remove_all(_root); }

    void testAcceptsWhatIsInNobodyElsesHands() {
        for (const auto role : allRoles) {
            const auto judgement = judge(role, pathOf(role));
            CPPUNIT_ASSERT_EQUAL(std::string(), textOf(judgement));
            if (isFolder(role))
                continue;
            const auto read = readTrusted(role, pathOf(role));
            if (largestOf(role) < UINT64_MAX)
                CPPUNIT_ASSERT_EQUAL(std::string("content\n"), std::string(read.content.value().reveal()));
            const auto relative = openTrusted(role, fs::relative(pathOf(role)));
            CPPUNIT_ASSERT_MESSAGE(textOf(relative), relative.file.has_value());
        }
    }

    void testEveryRoleJudgesEveryFault() {
        for (const auto role : allRoles) {
            for (const auto fault : ruledFaults) {
                const auto at = cause(fault, pathOf(role), _inner, _outer);
                if (at && !(fault == FileFault::everybodyReads && isFolder(role)))
                    expect(role, fault, *at, pathOf(role));
                reset();
            }
        }
    }

    // The same faults at a symbolic link's target: in the folder above the given path as well as in its own.
    void testEveryRoleJudgesTheRealPathToo() {
        for (const auto role : allRoles) {
            for (const auto fault : ruledFaults) {
                const fs::path upper = _root / "by-link";
                fs::create_symlink(_outer, upper);
                const auto given = upper / fs::relative(pathOf(role), _outer);
                const auto at = cause(fault, pathOf(role), _inner, _outer);
                const bool isOfFile = at == pathOf(role);
                if (at && !(fault == FileFault::everybodyReads && isFolder(role)))
                    expect(role, fault, isOfFile ? given : *at, given);
                fs::remove(upper);
                reset();
            }
        }
    }

    void testTheStickyBitProtectsExistingFiles() {
        fs::permissions(_outer, fs::perms(01777));
        for (const auto role : allRoles)
            CPPUNIT_ASSERT_EQUAL(std::string(), textOf(judge(role, pathOf(role))));
    }

    void testLinkOfAnotherUserInAStickyFolderIsNotTrusted() {
        if (!isRoot())
            return;
        fs::permissions(_outer, fs::perms(01777));
        const fs::path link = _outer / "link";
        fs::create_symlink(_inner, link);
        CPPUNIT_ASSERT_EQUAL(0, ::lchown(link.c_str(), stranger, stranger));
        CPPUNIT_ASSERT(
            holds(judge(FileRole::secret, link / "file").refusals, FileFault::folderOwnedByOther, link));
        CPPUNIT_ASSERT_EQUAL(0, ::lchown(link.c_str(), 0, 0));
        CPPUNIT_ASSERT_EQUAL(std::string(), textOf(judge(FileRole::secret, link / "file")));
    }

    void testRefusesWhatIsNoFile() {
        const fs::path pipe = _inner / "pipe";
        CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(pipe.c_str(), 0600));
        for (const auto role : allRoles) {
            std::vector<fs::path> odd{pipe, "/dev/null"};
            odd.push_back(isFolder(role) ? _inner / "file" : _inner);
            for (const auto& path : odd) {
                const auto opened = openTrusted(role, path);
                CPPUNIT_ASSERT_MESSAGE(path.string() + textOf(opened),
                                       !opened.file && opened.refusals.back().fault == FileFault::wrongKind);
            }
            const auto absent = openTrusted(role, _inner / "absent");
            CPPUNIT_ASSERT(!absent.file && absent.refusals.back().fault == FileFault::missing);
            const auto below = openTrusted(role, _inner / "file" / "below");
            CPPUNIT_ASSERT(!below.file && below.refusals.back().fault == FileFault::missing);
        }
    }

    // First the file is root's with 0600, then the folder above it with 0700.
    void testSaysWhatThisUserMayNotOpen() {
        if (!isRoot())
            return;
        const auto expect = [](FileRole role, const Judgement& judgement) {
            const auto what = std::string(nameOf(role)) + ": " + textOf(judgement);
            CPPUNIT_ASSERT_MESSAGE(what, judgement.refused());
            CPPUNIT_ASSERT_MESSAGE(what, judgement.refusals.back().fault == FileFault::unreadable);
            CPPUNIT_ASSERT_EQUAL(std::string("cannot be opened: Permission denied"),
                                 judgement.refusals.back().problem);
        };
        for (const auto role : allRoles) {
            const AnotherUser user;
            if (!isFolder(role))
                expect(role, openTrusted(role, pathOf(role)));
        }
        fs::permissions(_outer, fs::perms(0700));
        for (const auto role : allRoles) {
            const AnotherUser user;
            expect(role, judge(role, pathOf(role)));
        }
    }

    void testRefusesWhatIsTooLarge() {
        for (const auto role : allRoles) {
            if (isFolder(role) || largestOf(role) == UINT64_MAX)
                continue;
            fs::resize_file(_inner / "file", largestOf(role));
            CPPUNIT_ASSERT_EQUAL(largestOf(role),
                                 std::uint64_t{readTrusted(role, _inner / "file").content.value().size()});
            fs::resize_file(_inner / "file", largestOf(role) + 1);
            const auto read = readTrusted(role, _inner / "file");
            CPPUNIT_ASSERT(!read.content && read.refusals.back().fault == FileFault::tooLarge);
        }
    }

    void testRefusesLinksThatLeadNowhere() {
        fs::create_symlink("loop", _inner / "loop");
        fs::create_symlink("absent", _inner / "dangling");
        fs::create_symlink("/", _inner / "root");
        fs::create_symlink("file", _inner / "good");
        for (const auto role : allRoles) {
            if (isFolder(role))
                continue;
            for (const auto* name : {"loop", "dangling", "root"})
                CPPUNIT_ASSERT_MESSAGE(name, judge(role, _inner / name).refused());
            const auto good = openTrusted(role, _inner / "good");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(textOf(good), followsLink(role), good.file.has_value());
            if (!followsLink(role))
                CPPUNIT_ASSERT(good.refusals.back().fault == FileFault::symbolicLink);
        }
    }

    void testAppendingCreatesAPrivateFile() {
        const auto before = ::umask(0);
        const auto opened = openTrusted(FileRole::logFile, _inner / "new", FileAccess::append);
        ::umask(before);
        CPPUNIT_ASSERT_MESSAGE(textOf(opened), opened.file.has_value());
        CPPUNIT_ASSERT(fs::status(_inner / "new").permissions() == fs::perms(0600));
        fs::create_symlink(_inner / "elsewhere", _inner / "link");
        CPPUNIT_ASSERT(openTrusted(FileRole::logFile, _inner / "link", FileAccess::append).refused());
        CPPUNIT_ASSERT(!fs::exists(_inner / "elsewhere"));
    }

    // A link alternates between a good file and another user's; only the good one may be reported as trusted.
    void testFileReplacedMeanwhileIsNotTrusted() {
        write(_inner / "bad", "evil\n", 0666);
        const fs::path link = _inner / "link";
        fs::create_symlink("file", link);
        std::atomic<bool> ends{false};
        std::thread exchanger([&] {
            for (int turn = 0; !ends; ++turn) {
                fs::create_symlink(turn % 2 == 0 ? "bad" : "file", _inner / "next");
                fs::rename(_inner / "next", link);
            }
        });
        int trusted = 0;
        int refused = 0;
        bool isMixedUp = false;
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (trusted + refused < 2000 || trusted < 200 || refused < 200) {
            if (std::chrono::steady_clock::now() > deadline)
                break;
            const auto read = readTrusted(FileRole::secret, link);
            ++(read.content ? trusted : refused);
            isMixedUp = isMixedUp || (read.content && read.content->reveal() != "content\n");
        }
        ends = true;
        exchanger.join();
        CPPUNIT_ASSERT(!isMixedUp);
        CPPUNIT_ASSERT_MESSAGE("both were met", trusted > 0 && refused > 0);
    }

    void testTheDescriptorStaysTheFileThatWasJudged() {
        const auto opened = openTrusted(FileRole::plugin, _inner / "file");
        write(_inner / "other", "evil\n", 0600);
        fs::rename(_inner / "other", _inner / "file");
        std::ifstream again(opened.file.value().reopenablePath());
        std::string line;
        std::getline(again, line);
        CPPUNIT_ASSERT_EQUAL(std::string("content"), line);
    }

    void testDoubtsAreHarmlessText() {
        const fs::path odd = _inner / "a\nb\x1b[31m\xc3\xa4";
        fs::create_directory(odd);
        write(odd / "file", "x", 0600);
        fs::permissions(odd, fs::perms(0777));
        const auto text = textOf(judge(FileRole::secret, odd / "file"));
        CPPUNIT_ASSERT_MESSAGE(text, text.find("a?b?[31m??, which can be written") != std::string::npos);
    }

private:
    static bool isRoot() {
        static const bool root = [] {
            if (::geteuid() != 0)
                std::cerr << "not tested: only root can give files away\n";
            return ::geteuid() == 0;
        }();
        return root;
    }

    static void write(const fs::path& path, const std::string& content, unsigned mode) {
        std::ofstream(path, std::ios::trunc) << content;
        fs::permissions(path, fs::perms(mode));
    }

    void reset() {
        fs::remove_all(_outer);
        fs::create_directories(_inner);
        for (const auto& folder : {_outer, _inner})
            fs::permissions(folder, fs::perms(0755));
        write(_inner / "file", "content\n", 0600);
    }

    [[nodiscard]] fs::path pathOf(FileRole role) const { return isFolder(role) ? _inner : _inner / "file"; }

    // Causes the fault. Returns its path, or nullopt if this user can't cause it.
    static std::optional<fs::path> cause(FileFault fault, const fs::path& file, const fs::path& inner,
                                         const fs::path& outer) {
        // A fault of a folder's own concerns the inner folder, so the folders above it are the outer one's.
        const fs::path& folder = file == inner ? outer : inner;
        const auto add = [](const fs::path& path, fs::perms rights) {
            fs::permissions(path, rights, fs::perm_options::add);
            return std::optional(path);
        };
        switch (fault) {
        case FileFault::ownedByOther:
        case FileFault::folderOwnedByOther: {
            const fs::path& path = fault == FileFault::ownedByOther ? file : folder;
            return isRoot() && ::chown(path.c_str(), stranger, stranger) == 0 ? std::optional(path)
                                                                              : std::nullopt;
        }
        case FileFault::groupWrites:
            return add(file, fs::perms::group_write);
        case FileFault::everybodyWrites:
            return add(file, fs::perms::others_write);
        case FileFault::everybodyReads:
            return add(file, fs::perms::others_read);
        case FileFault::folderGroupWrites:
            return add(folder, fs::perms::group_write);
        case FileFault::folderEverybodyWrites:
            return add(folder, fs::perms::others_write);
        case FileFault::missing:
        case FileFault::unreadable:
        case FileFault::wrongKind:
        case FileFault::symbolicLink:
        case FileFault::changed:
        case FileFault::tooLarge:
            break;
        }
        return std::nullopt;
    }

    static void expect(FileRole role, FileFault fault, const fs::path& at, const fs::path& path) {
        const auto ruling = rulingOn(role, fault);
        const auto test = [&](const Judgement& judgement, const std::string& how) {
            const std::string what = std::string(nameOf(role)) + ", fault " +
                                     std::to_string(static_cast<int>(fault)) + ", " + how + ": " +
                                     textOf(judgement);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, ruling == Ruling::refused,
                                         holds(judgement.refusals, fault, at));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, ruling == Ruling::warned,
                                         holds(judgement.warnings, fault, at));
        };
        test(judge(role, path), "judged");
        if (isFolder(role))
            return;
        const auto opened = openTrusted(role, path);
        test(opened, "opened");
        CPPUNIT_ASSERT_EQUAL(ruling != Ruling::refused, opened.file.has_value());
    }

    fs::path _root;
    fs::path _outer;
    fs::path _inner;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TrustedFileTest);
