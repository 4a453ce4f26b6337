// SPDX-License-Identifier: Apache-2.0
// Random values: sizes, alphabets, no repeats, no bias.
#include "central_oauth/crypto/Random.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Encoding.h"

#include <algorithm>
#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <set>
#include <string>
#include <vector>

using namespace central_oauth::crypto;

class RandomTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RandomTest);
    CPPUNIT_TEST(testGivesAsManyBytesAsAsked);
    CPPUNIT_TEST(testNeverRepeatsAValue);
    CPPUNIT_TEST(testTokenIsBase64UrlOfItsBytes);
    CPPUNIT_TEST(testIdsNeverRepeatOnAnyThread);
    CPPUNIT_TEST(testRefusesAnIdLongerThanABlock);
    CPPUNIT_TEST(testDigitsAreDigitsOfTheAskedCount);
    CPPUNIT_TEST(testDigitsAreEquallyLikely);
    CPPUNIT_TEST_SUITE_END();

    void testGivesAsManyBytesAsAsked() {
        for (const std::size_t count : {0U, 1U, 12U, 16U, 32U, 5000U}) {
            CPPUNIT_ASSERT_EQUAL(count, randomBytes(count).size());
            CPPUNIT_ASSERT_EQUAL(count, randomSecret(count).size());
        }
        const std::string many = randomBytes(100'000);
        CPPUNIT_ASSERT_EQUAL(std::size_t{256}, std::set<char>(many.begin(), many.end()).size());
    }

    void testNeverRepeatsAValue() {
        std::set<std::string> seen;
        for (int i = 0; i < 1000; ++i) {
            CPPUNIT_ASSERT(seen.insert(randomBytes(16)).second);
            CPPUNIT_ASSERT(seen.emplace(randomSecret(16).reveal()).second);
            CPPUNIT_ASSERT(seen.insert(randomToken(16)).second);
        }
    }

    void testTokenIsBase64UrlOfItsBytes() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{22}, randomToken(16).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{43}, randomToken(32).size());
        const auto bytes = decodeBase64Url(randomToken(32));
        CPPUNIT_ASSERT(bytes.has_value());
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, bytes->size());
    }

    void testIdsNeverRepeatOnAnyThread() {
        std::vector<std::future<std::vector<std::string>>> threads;
        for (int i = 0; i < 4; ++i)
            threads.push_back(std::async(std::launch::async, [] {
                std::vector<std::string> ids;
                for (std::size_t k = 0; k < 500; ++k)
                    ids.push_back(randomId(k % 3 == 0 ? 12 : 16)); // a block ends in the middle of an id
                return ids;
            }));
        std::set<std::string> seen;
        for (auto& thread : threads)
            for (const auto& id : thread.get()) {
                CPPUNIT_ASSERT(seen.insert(id).second);
                CPPUNIT_ASSERT(id.size() == 16 || id.size() == 22);
                CPPUNIT_ASSERT(decodeBase64Url(id).has_value());
            }
        CPPUNIT_ASSERT_EQUAL(std::size_t{2000}, seen.size());
    }

    void testRefusesAnIdLongerThanABlock() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{512}, decodeBase64Url(randomId(512)).value().size());
        CPPUNIT_ASSERT_THROW(static_cast<void>(randomId(513)), central_oauth::base::Error);
    }

    void testDigitsAreDigitsOfTheAskedCount() {
        for (const std::size_t count : {0U, 1U, 6U, 12U, 999U}) {
            const std::string digits = randomDigits(count);
            CPPUNIT_ASSERT_EQUAL(count, digits.size());
            CPPUNIT_ASSERT(
                std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }));
        }
    }

    // Chi-square over a million digits, nine degrees of freedom: a fair source exceeds 80 once in 10^13 runs,
    // a byte modulo ten without rejection gives about 370.
    void testDigitsAreEquallyLikely() {
        constexpr double total = 1'000'000;
        std::array<double, 10> counts{};
        for (const char digit : randomDigits(1'000'000))
            counts.at(static_cast<std::size_t>(digit - '0')) += 1;
        double chiSquare = 0;
        for (const double count : counts)
            chiSquare += (count - total / 10) * (count - total / 10) / (total / 10);
        CPPUNIT_ASSERT_MESSAGE("chi-square " + std::to_string(chiSquare), chiSquare < 80);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RandomTest);
