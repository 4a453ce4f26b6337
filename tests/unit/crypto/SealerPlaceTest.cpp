// SPDX-License-Identifier: Apache-2.0
// A sealed value opens in its own place only.
#include "central_oauth/crypto/SealedValue.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace central_oauth::crypto;

namespace {

Sealer makeSealer() {
    std::vector<Secret> keys;
    keys.emplace_back(std::string(64, '7'));
    std::vector<std::string> faults;
    return Sealer(KeyRing::parse(keys, faults).value());
}

} // namespace

class SealerPlaceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SealerPlaceTest);
    CPPUNIT_TEST(testRefusesBlobOfAnotherTable);
    CPPUNIT_TEST(testRefusesBlobOfAnotherColumn);
    CPPUNIT_TEST(testRefusesBlobOfAnotherRow);
    CPPUNIT_TEST(testRefusesBlobOfAnotherClient);
    CPPUNIT_TEST(testRefusesBlobOfAnotherGeneration);
    CPPUNIT_TEST(testBordersBetweenFieldsMatter);
    CPPUNIT_TEST(testSealsAndOpensFromManyThreads);
    CPPUNIT_TEST_SUITE_END();

    [[nodiscard]] bool opensAt(const SealContext& context, std::string_view blob) const {
        try {
            return _sealer.open(context, blob).reveal() == "value";
        } catch (const SealError& error) {
            CPPUNIT_ASSERT(error.kind() == SealError::Kind::authenticationFailed);
            return false;
        }
    }

    void refuses(const SealContext& other) const {
        CPPUNIT_ASSERT(opensAt(_context, _sealer.seal(_context, "value")));
        CPPUNIT_ASSERT(!opensAt(other, _sealer.seal(_context, "value")));
        CPPUNIT_ASSERT(!opensAt(_context, _sealer.seal(other, "value")));
    }

    void testRefusesBlobOfAnotherTable() { refuses({"links", "token", "row", "client", 3}); }
    void testRefusesBlobOfAnotherColumn() { refuses({"tokens", "refresh", "row", "client", 3}); }
    void testRefusesBlobOfAnotherRow() { refuses({"tokens", "token", "row2", "client", 3}); }
    void testRefusesBlobOfAnotherClient() {
        refuses({"tokens", "token", "row", "client2", 3});
        refuses({"tokens", "token", "row", "", 3});
    }
    void testRefusesBlobOfAnotherGeneration() {
        refuses({"tokens", "token", "row", "client", 2});
        refuses({"tokens", "token", "row", "client", 4});
        refuses({"tokens", "token", "row", "client", 3 + (std::uint64_t{1} << 32U)});
        refuses({"tokens", "token", "row", "client", 3 + (std::uint64_t{1} << 63U)});
    }

    void testBordersBetweenFieldsMatter() {
        refuses({"tokens", "token", "rowclient", "", 3});
        refuses({"tokens", "token", "ro", "wclient", 3});
        refuses({"tokenst", "oken", "row", "client", 3});
        // The derived key sees the same text "a/b/c"; only the associated data differs.
        CPPUNIT_ASSERT(!opensAt({"a", "b/c", "row", "client", 3},
                                _sealer.seal({"a/b", "c", "row", "client", 3}, "value")));
        CPPUNIT_ASSERT(!opensAt({"tokens", "token", std::string("row\0", 4), "client", 3},
                                _sealer.seal(_context, "value")));
    }

    void testSealsAndOpensFromManyThreads() {
        std::atomic<int> opened{0};
        std::vector<std::thread> threads;
        for (std::uint64_t id = 0; id < 8; ++id)
            threads.emplace_back([this, id, &opened] {
                const SealContext context{"tokens", "token", "row", "client", id};
                for (int i = 0; i < 50; ++i)
                    if (_sealer.open(context, _sealer.seal(context, "value")).reveal() == "value")
                        ++opened;
            });
        for (std::thread& thread : threads)
            thread.join();
        CPPUNIT_ASSERT_EQUAL(8 * 50, opened.load());
    }

    SealContext _context{"tokens", "token", "row", "client", 3};
    Sealer _sealer = makeSealer();
};

CPPUNIT_TEST_SUITE_REGISTRATION(SealerPlaceTest);
