// SPDX-License-Identifier: Apache-2.0
// Tests which addresses share a limit.
#include "central_oauth/services/RequestLimits.h"

#include "ServiceFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;

class RequestLimitsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestLimitsTest);
    CPPUNIT_TEST(testSixtyFailuresThenRefusal);
    CPPUNIT_TEST(testFillsAgainWithTime);
    CPPUNIT_TEST(testIpv4AddressesAreCountedEach);
    CPPUNIT_TEST(testOneIpv6NetworkIsCountedAsOne);
    CPPUNIT_TEST(testIpv6NetworksAreCountedEach);
    CPPUNIT_TEST(testMappedIpv4AddressesAreCountedEach);
    CPPUNIT_TEST(testOddAddressesAreCountedToo);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _limits = std::make_unique<RequestLimits>(_clock); }

    void testSixtyFailuresThenRefusal() {
        useUp("192.0.2.7");
        const auto refused = refusalOf([&] { _limits->countFailure("192.0.2.7"); });
        CPPUNIT_ASSERT(refused && refused->code == base::ErrorCode::tooManyRequests);
        CPPUNIT_ASSERT(refused->retryAfter == std::optional(2s));
    }

    void testFillsAgainWithTime() {
        useUp("192.0.2.7");
        _clock.time += 60s;
        for (int i = 0; i < 30; ++i)
            _limits->countFailure("192.0.2.7");
        CPPUNIT_ASSERT(isUsedUp("192.0.2.7"));
    }

    void testIpv4AddressesAreCountedEach() {
        useUp("192.0.2.7");
        CPPUNIT_ASSERT(!isUsedUp("192.0.2.8"));
    }

    void testOneIpv6NetworkIsCountedAsOne() {
        expectSame("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:ffff::1");
        expectSame("2001:db8::1", "2001:db8:0:0:1::1");
        expectSame("2001:db8::1", "2001:db8::1:0:0:1");
        expectSame("2001:db8::", "2001:0DB8:0000:0000:0000:0000:0000:0001");
        expectSame("2a00:0:0:5::1", "2a00::5:1:2:3:4");
        expectSame("2a00:0:5::", "2a00:0:5:0:1:2:3:4");
        expectSame("::1", "::");
        expectSame("::1:2:3:4", "::");
        expectSame("0:0:0:1:2:3:4:5", "::1:2:3:4:5");
        expectSame("64:ff9b::192.0.2.7", "64:ff9b::1");
    }

    void testIpv6NetworksAreCountedEach() {
        expectDifferent("2001:db8::1", "2001:db8:0:1::1");
        expectDifferent("2001:db8::1", "2001:db8:1::1");
        expectDifferent("2001:db8::1:2:3:4", "2001:db8:0:1:2:3:4:5");
        // The addresses differ only in the fourth group, and the text form skips the zeroes before it.
        expectDifferent("2a00::5:1:2:3:4", "2a00::6:1:2:3:4");
        expectDifferent("2a00::5:1:2:3:4", "2a00::1");
        expectDifferent("::1:2:3:4:5", "::1");
        expectDifferent("fe80::1", "::1");
        expectDifferent("2001:db8:1:2::1", "2001:db8:12::1");
    }

    void testMappedIpv4AddressesAreCountedEach() {
        expectDifferent("::ffff:192.0.2.7", "::ffff:192.0.2.8");
        expectSame("::ffff:192.0.2.7", "192.0.2.7");
    }

    void testOddAddressesAreCountedToo() {
        for (const std::string odd : {"", "unknown", ":", ":::", "1:2", "1:2:3:4:5:6:7:8:9", "::1::", "%"}) {
            setUp();
            useUp(odd);
            CPPUNIT_ASSERT_MESSAGE(odd, isUsedUp(odd));
        }
    }

private:
    void useUp(const std::string& address) {
        for (int i = 0; i < 60; ++i)
            _limits->countFailure(address);
    }

    bool isUsedUp(const std::string& address) {
        return refusalOf([&] { _limits->countFailure(address); }).has_value();
    }

    void expectSame(const std::string& one, const std::string& other) {
        setUp();
        useUp(one);
        CPPUNIT_ASSERT_MESSAGE(one + " and " + other + " are one network", isUsedUp(other));
    }

    void expectDifferent(const std::string& one, const std::string& other) {
        setUp();
        useUp(one);
        CPPUNIT_ASSERT_MESSAGE(one + " and " + other + " are two networks", !isUsedUp(other));
    }

    memory::FakeClock _clock;
    std::unique_ptr<RequestLimits> _limits;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestLimitsTest);
