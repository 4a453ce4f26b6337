// SPDX-License-Identifier: Apache-2.0
// SHA-256 and HMAC against published vectors; the constant-time compare.
#include "central_oauth/crypto/Digest.h"

#include "central_oauth/crypto/Encoding.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <string>
#include <string_view>
#include <vector>

using namespace central_oauth::crypto;

class DigestTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DigestTest);
    CPPUNIT_TEST(testSha256MatchesFips180);
    CPPUNIT_TEST(testHmacMatchesRfc4231);
    CPPUNIT_TEST(testHmacTakesEmptyInput);
    CPPUNIT_TEST(testRecognisesAnHmac);
    CPPUNIT_TEST(testAKeyHashesAsTheFunctionDoes);
    CPPUNIT_TEST(testThreadsShareNothing);
    CPPUNIT_TEST(testThreadsShareAKey);
    CPPUNIT_TEST(testComparesWholeStrings);
    CPPUNIT_TEST_SUITE_END();

    void testSha256MatchesFips180() {
        CPPUNIT_ASSERT_EQUAL(std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                             encodeHex(sha256(std::string_view())));
        CPPUNIT_ASSERT_EQUAL(std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                             encodeHex(sha256("abc")));
        CPPUNIT_ASSERT_EQUAL(std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
                             encodeHex(sha256(std::string(1'000'000, 'a'))));
        CPPUNIT_ASSERT_EQUAL(digestSize, sha256("abc").size());
    }

    void testHmacMatchesRfc4231() {
        CPPUNIT_ASSERT_EQUAL(std::string("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
                             encodeHex(hmacSha256(std::string(20, '\x0b'), "Hi There")));
        CPPUNIT_ASSERT_EQUAL(std::string("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
                             encodeHex(hmacSha256("Jefe", "what do ya want for nothing?")));
        CPPUNIT_ASSERT_EQUAL(std::string("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
                             encodeHex(hmacSha256(std::string(131, '\xaa'),
                                                  "Test Using Larger Than Block-Size Key - Hash Key First")));
    }

    void testHmacTakesEmptyInput() {
        CPPUNIT_ASSERT_EQUAL(std::string("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
                             encodeHex(hmacSha256(std::string_view(), std::string_view())));
    }

    void testRecognisesAnHmac() {
        const auto mac = hmacSha256("key", "data");
        CPPUNIT_ASSERT(isHmacSha256("key", "data", mac));
        CPPUNIT_ASSERT(!isHmacSha256("kez", "data", mac));
        CPPUNIT_ASSERT(!isHmacSha256("key", "date", mac));
        CPPUNIT_ASSERT(!isHmacSha256("key", "data", mac.substr(1)));
        CPPUNIT_ASSERT(!isHmacSha256("key", "data", {}));
    }

    void testAKeyHashesAsTheFunctionDoes() {
        for (const std::string& key : {std::string(), std::string("key"), std::string(131, 'k')}) {
            const HmacKey kept(key);
            for (const std::string& data : {std::string(), std::string("data"), std::string(5000, 'd')}) {
                const auto mac = hmacSha256(key, data);
                CPPUNIT_ASSERT_EQUAL(encodeHex(mac), encodeHex(kept.hash(data)));
                CPPUNIT_ASSERT(kept.isHash(data, mac));
                CPPUNIT_ASSERT(!kept.isHash(data + '.', mac));
                CPPUNIT_ASSERT(!kept.isHash(data, mac.substr(1)));
            }
        }
    }

    void testThreadsShareAKey() {
        const HmacKey key("key");
        const std::string data(10'000, 'd');
        const auto expected = hmacSha256("key", data);
        std::vector<std::future<bool>> threads;
        for (int i = 0; i < 4; ++i)
            threads.push_back(std::async(std::launch::async, [&] {
                for (int round = 0; round < 500; ++round)
                    if (!key.isHash(data, expected) || key.hash("other") == expected)
                        return false;
                return true;
            }));
        for (auto& thread : threads)
            CPPUNIT_ASSERT(thread.get());
    }

    void testThreadsShareNothing() {
        const std::string data(100'000, 'd');
        const auto expected = sha256(data);
        std::vector<std::future<bool>> threads;
        for (int i = 0; i < 4; ++i)
            threads.push_back(std::async(std::launch::async, [&] {
                for (int round = 0; round < 50; ++round)
                    if (sha256(data) != expected)
                        return false;
                return true;
            }));
        for (auto& thread : threads)
            CPPUNIT_ASSERT(thread.get());
    }

    void testComparesWholeStrings() {
        CPPUNIT_ASSERT(constantTimeEquals("", std::string_view()));
        CPPUNIT_ASSERT(constantTimeEquals("abcd", "abcd"));
        CPPUNIT_ASSERT(!constantTimeEquals("abcd", "abce"));
        CPPUNIT_ASSERT(!constantTimeEquals("abcd", "bbcd"));
        CPPUNIT_ASSERT(!constantTimeEquals("abcd", "abc"));
        CPPUNIT_ASSERT(!constantTimeEquals("abc", "abcd"));
        CPPUNIT_ASSERT(!constantTimeEquals(std::string("a\0b", 3), std::string("a\0c", 3)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DigestTest);
