// SPDX-License-Identifier: Apache-2.0
// The file that holds the keys, and how adding a key changes it.
#include "central_oauth/config/KeyRingFile.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

using namespace central_oauth::config;
using central_oauth::provider::Secret;

namespace fs = std::filesystem;

class KeyRingFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyRingFileTest);
    CPPUNIT_TEST(testEitherSettingNamesTheFile);
    CPPUNIT_TEST(testNothingElseDoes);
    CPPUNIT_TEST(testNewKeyStandsBeforeTheOthers);
    CPPUNIT_TEST(testNothingChangesWithoutCommit);
    CPPUNIT_TEST(testOthersCantReadTheNewFile);
    CPPUNIT_TEST(testFileThatOthersCanWriteIsRefused);
    CPPUNIT_TEST(testLinkStaysALink);
    CPPUNIT_TEST(testSecondNameIsRefused);
    CPPUNIT_TEST(testAdditionsFollowOneAnother);
    CPPUNIT_TEST(testFullFileTakesNoMore);
    CPPUNIT_TEST(testWhatIsNoFileIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _folder = fs::temp_directory_path() / ("key-ring-test-" + std::to_string(std::random_device{}()));
        fs::create_directory(_folder);
    }
    void tearDown() override { fs::remove_all(_folder); }

    void testEitherSettingNamesTheFile() {
        for (const std::string name : {"CENTRAL_OAUTH_SECRET_KEY_FILE", "CENTRAL_OAUTH_KEY_RING_FILE"})
            CPPUNIT_ASSERT(findKeyRingFile(Environment({{name, "/etc/keys"}})) == fs::path("/etc/keys"));
    }

    void testNothingElseDoes() {
        using Values = std::map<std::string, std::string>;
        for (const Values& values :
             {Values{},
              {{"CENTRAL_OAUTH_SECRET_KEY", key('1')}},
              {{"CENTRAL_OAUTH_KEY_RING", key('1')}},
              {{"CENTRAL_OAUTH_KEY_RING", key('1')}, {"CENTRAL_OAUTH_SECRET_KEY_FILE", "/etc/keys"}},
              {{"CENTRAL_OAUTH_KEY_RING_FILE", "/etc/a"}, {"CENTRAL_OAUTH_SECRET_KEY_FILE", "/etc/b"}},
              {{"CREDENTIALS_DIRECTORY", "/run/c"}, {"CENTRAL_OAUTH_SECRET_KEY_FILE", "/run/c/key"}}}) {
            const auto refusal = kindOf([&] { static_cast<void>(findKeyRingFile(Environment(values))); });
            CPPUNIT_ASSERT(refusal == KeyRingError::Kind::settings);
        }
    }

    void testNewKeyStandsBeforeTheOthers() {
        for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{
                 {key('1') + "\n", key('2') + "," + key('1') + "\n"},
                 {key('A') + " , " + key('1') + "\r\n",
                  key('2') + "," + key('A') + " , " + key('1') + "\n"}}) {
            write(before);
            add('2');
            CPPUNIT_ASSERT_EQUAL(after, content());
        }
        KeyRingAddition addition(file(), Secret(key('F')));
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), addition.ring().size());
        CPPUNIT_ASSERT(addition.ring()[0].reveal() == key('f'));
        CPPUNIT_ASSERT(addition.ring()[2].reveal() == key('a'));
    }

    void testNothingChangesWithoutCommit() {
        write(key('1'));
        { const KeyRingAddition addition(file(), Secret(key('2'))); }
        CPPUNIT_ASSERT_EQUAL(key('1'), content());
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1},
                             std::distance(fs::directory_iterator(_folder), fs::directory_iterator()));
    }

    void testOthersCantReadTheNewFile() {
        using fs::perms;
        const auto owner = perms::owner_read | perms::owner_write;
        for (const auto& [before, after] :
             std::vector<std::pair<perms, perms>>{{owner, owner},
                                                  {perms::owner_read, owner},
                                                  {owner | perms::group_read | perms::others_read, owner},
                                                  {owner | perms::group_read, owner | perms::group_read}}) {
            write(key('1'));
            fs::permissions(file(), before);
            add('2');
            CPPUNIT_ASSERT(fs::status(file()).permissions() == after);
        }
    }

    void testFileThatOthersCanWriteIsRefused() {
        write(key('1'));
        fs::permissions(file(), fs::perms::group_write, fs::perm_options::add);
        CPPUNIT_ASSERT(kindOf([&] { add('2'); }) == KeyRingError::Kind::file);
        CPPUNIT_ASSERT_EQUAL(key('1'), content());
    }

    void testLinkStaysALink() {
        write(key('1'));
        const auto link = _folder / "link";
        fs::create_symlink("keys", link);
        KeyRingAddition addition(link, Secret(key('2')));
        addition.commit();
        CPPUNIT_ASSERT(fs::is_symlink(link));
        CPPUNIT_ASSERT(!fs::is_symlink(file()));
        CPPUNIT_ASSERT_EQUAL(key('2') + "," + key('1') + "\n", content());
    }

    void testSecondNameIsRefused() {
        write(key('1'));
        fs::create_hard_link(file(), _folder / "other");
        CPPUNIT_ASSERT(kindOf([&] { add('2'); }) == KeyRingError::Kind::file);
        CPPUNIT_ASSERT_EQUAL(key('1'), content());
        fs::remove(_folder / "other");
        add('2');
    }

    void testAdditionsFollowOneAnother() {
        write(key('1'));
        {
            std::vector<std::jthread> threads;
            for (const char digit : {'2', '3', '4', '5', '6', '7'})
                threads.emplace_back([this, digit] { add(digit); });
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(7 * 65), content().size());
        for (const char digit : {'1', '2', '3', '4', '5', '6', '7'})
            CPPUNIT_ASSERT(content().find(key(digit)) != std::string::npos);
    }

    void testFullFileTakesNoMore() {
        std::string keys = key('1');
        for (int i = 1000; keys.size() + 65 < 64 * 1024 - 10; ++i)
            keys += "," + key('1').substr(4) + std::to_string(i);
        write(keys);
        CPPUNIT_ASSERT(kindOf([&] { add('2'); }) == KeyRingError::Kind::settings);
        CPPUNIT_ASSERT_EQUAL(keys, content());
    }

    void testWhatIsNoFileIsRefused() {
        CPPUNIT_ASSERT(kindOf([&] { add('2'); }) == KeyRingError::Kind::file);
        fs::create_directory(file());
        CPPUNIT_ASSERT(kindOf([&] { add('2'); }) == KeyRingError::Kind::file);
        fs::remove(file());
        fs::create_symlink("nowhere", file());
        CPPUNIT_ASSERT(kindOf([&] { add('2'); }) == KeyRingError::Kind::file);
        CPPUNIT_ASSERT(fs::is_symlink(file()));
    }

private:
    static std::string key(char digit) {
        return digit + std::string("7d0f3a96c2e58b41d6790fe2ac8351b4e907c6d2f5a81b3946de07c8f13a5b2");
    }
    [[nodiscard]] fs::path file() const { return _folder / "keys"; }

    void write(const std::string& text) const {
        fs::remove(file());
        std::ofstream(file()) << text;
    }

    [[nodiscard]] std::string content() const {
        std::ifstream stream(file());
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    void add(char digit) const {
        KeyRingAddition addition(file(), Secret(key(digit)));
        addition.commit();
    }

    template <class Action>
    static std::optional<KeyRingError::Kind> kindOf(const Action& action) {
        try {
            action();
        } catch (const KeyRingError& failure) {
            CPPUNIT_ASSERT(std::string(failure.what()).find(key('1')) == std::string::npos);
            return failure.kind();
        }
        return std::nullopt;
    }

    fs::path _folder;
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyRingFileTest);
