// SPDX-License-Identifier: Apache-2.0
// The file of interrupted logins: when it is trusted, and concurrent writers.
#include "KeptLoginFixture.h"
#include "central_oauth/cli/PendingLogins.h"

#include <cppunit/extensions/HelperMacros.h>
#include <thread>
#include <vector>

using namespace central_oauth::cli::test;

class KeptLoginFileTest : public KeptLoginFixture {
    CPPUNIT_TEST_SUITE(KeptLoginFileTest);
    CPPUNIT_TEST(testBelievesNoFileThatOthersCanRead);
    CPPUNIT_TEST(testParallelLoginsKeepTheirEntries);
    CPPUNIT_TEST(testBelievesNoFileThatMakesNoSense);
    CPPUNIT_TEST_SUITE_END();

public:
    void testBelievesNoFileThatOthersCanRead() {
        interrupt();
        std::filesystem::permissions(_place.logins(), std::filesystem::perms::others_read,
                                     std::filesystem::perm_options::add);
        Run again(_place);
        again.http.answer(201, linkBody());
        again.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, again.run(login()));
        CPPUNIT_ASSERT(!again.says("earlier link"));
        CPPUNIT_ASSERT(!isKept());
    }

    void testParallelLoginsKeepTheirEntries() {
        constexpr int rounds = 15;
        constexpr int logins = 4;
        const JumpingWaiter waiter;
        const JumpingClock clock(waiter);
        const auto link = [](int number) {
            auto code = std::to_string(100'000'000'000 + number);
            return central_oauth::cli::LinkCode{code,
                                                code,
                                                "https://a.example/link/x",
                                                central_oauth::provider::Secret(linkSecret),
                                                std::chrono::seconds(600),
                                                std::chrono::seconds(5)};
        };
        std::vector<std::thread> threads;
        for (int i = 0; i < logins; ++i)
            threads.emplace_back([&, i] {
                central_oauth::cli::PendingLogins own(_place.folder(), "https://a.example", clock);
                for (int round = 0; round < rounds; ++round) {
                    const int number = i * rounds + round;
                    if (!own.keep({"jira", {}, "label-" + std::to_string(number), {}, {}}, link(number)))
                        return;
                    if (round % 2 == 1)
                        own.drop(link(number).code);
                }
            });
        for (auto& thread : threads)
            thread.join();
        CPPUNIT_ASSERT_EQUAL(
            std::size_t{logins * (rounds / 2 + 1)},
            central_oauth::cli::PendingLogins(_place.folder(), "https://A.example:443/", clock)
                .open()
                .size());
    }

    void testBelievesNoFileThatMakesNoSense() {
        interrupt();
        const std::string good = SettingsFolder::read(_place.logins());
        const std::string damaged = std::string(good).replace(good.find("482913706154"), 12, "../../../../");
        for (const std::string& text :
             {std::string("{"), std::string("[]"), std::string(R"({"links":7})"),
              std::string(R"({"links":[7,{},null]})"), good.substr(0, good.size() / 2), damaged}) {
            SettingsFolder::write(_place.logins(), text);
            Run again(_place);
            again.http.answer(201, linkBody());
            again.http.answer(200, tokenBody());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, 0, again.run(login()));
            CPPUNIT_ASSERT(!isKept());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeptLoginFileTest);
