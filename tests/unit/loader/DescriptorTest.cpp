// SPDX-License-Identifier: Apache-2.0
// Every check of the descriptor, by hosts of several versions.
#include "Descriptor.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth;
using loader::HostSdk;
using loader::RefusalReason;

namespace {

const provider::ProviderFactory& neverCalled() {
    throw CppUnit::Exception(CppUnit::Message("ran plugin code"));
}

CentralOAuthProviderV1 good() {
    return {
        sizeof(CentralOAuthProviderV1), 3, 2, CENTRAL_OAUTH_BUILD_TAG, "jira", "1.0", "Jira", &neverCalled};
}

constexpr HostSdk host{5, 1};

void assertRefused(RefusalReason reason, const CentralOAuthProviderV1* descriptor,
                   const std::string& message) {
    const auto refusal = loader::refusalOf(descriptor, "jira", host);
    CPPUNIT_ASSERT(refusal.has_value());
    CPPUNIT_ASSERT_EQUAL(message, refusal->message);
    CPPUNIT_ASSERT(refusal->reason == reason);
    CPPUNIT_ASSERT_EQUAL(std::string("jira"), refusal->id);
}

} // namespace

class DescriptorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DescriptorTest);
    CPPUNIT_TEST(testAcceptsGoodDescriptor);
    CPPUNIT_TEST(testAcceptsLongerDescriptorOfALaterSdk);
    CPPUNIT_TEST(testRefusesMissingOrShortDescriptor);
    CPPUNIT_TEST(testRefusesPluginThatNeedsANewerHost);
    CPPUNIT_TEST(testRefusesPluginThatIsTooOld);
    CPPUNIT_TEST(testRefusesOtherBuildTag);
    CPPUNIT_TEST(testRefusesEmptyFields);
    CPPUNIT_TEST(testRefusesOtherId);
    CPPUNIT_TEST_SUITE_END();

    void testAcceptsGoodDescriptor() {
        const auto descriptor = good();
        CPPUNIT_ASSERT(!loader::refusalOf(&descriptor, "jira", host));
    }

    void testAcceptsLongerDescriptorOfALaterSdk() {
        auto descriptor = good();
        descriptor.structSize += 64;
        descriptor.sdkMinor = 9;
        CPPUNIT_ASSERT(!loader::refusalOf(&descriptor, "jira", host));
    }

    void testRefusesMissingOrShortDescriptor() {
        const std::string message = "plugin jira: its descriptor is missing or too short; build it with the "
                                    "macro CENTRAL_OAUTH_PROVIDER";
        assertRefused(RefusalReason::malformedEntry, nullptr, message);
        auto descriptor = good();
        descriptor.structSize -= 1;
        assertRefused(RefusalReason::malformedEntry, &descriptor, message);
    }

    void testRefusesPluginThatNeedsANewerHost() {
        auto descriptor = good();
        descriptor.hostMinorNeeded = 6;
        assertRefused(RefusalReason::sdkTooNew, &descriptor,
                      "plugin jira: it needs SDK 1.6 and this host has 1.5; update the host or install an "
                      "older plugin");
    }

    void testRefusesPluginThatIsTooOld() {
        auto descriptor = good();
        descriptor.sdkMinor = 0;
        assertRefused(RefusalReason::sdkTooOld, &descriptor,
                      "plugin jira: it was built with SDK 1.0 and this host needs 1.1 at least; rebuild or "
                      "update the plugin");
    }

    void testRefusesOtherBuildTag() {
        auto descriptor = good();
        descriptor.buildTag = "libother";
        assertRefused(
            RefusalReason::buildTag, &descriptor,
            "plugin jira: it was built for \"libother\" and this host for \"" CENTRAL_OAUTH_BUILD_TAG
            "\"; build both with the same standard library and settings");
        descriptor.buildTag = nullptr;
        CPPUNIT_ASSERT(loader::refusalOf(&descriptor, "jira", host)->reason == RefusalReason::buildTag);
    }

    void testRefusesEmptyFields() {
        for (int field = 0; field < 4; ++field) {
            auto descriptor = good();
            (field == 0 ? descriptor.id : field == 1 ? descriptor.version : descriptor.displayName) = nullptr;
            if (field == 3) {
                descriptor = good();
                descriptor.factory = nullptr;
            }
            assertRefused(RefusalReason::malformedEntry, &descriptor,
                          "plugin jira: its descriptor has empty fields; build it with the macro "
                          "CENTRAL_OAUTH_PROVIDER");
        }
    }

    void testRefusesOtherId() {
        auto descriptor = good();
        descriptor.id = "confluence";
        assertRefused(RefusalReason::otherId, &descriptor,
                      "plugin jira: the file contains the plugin \"confluence\"; name the file after it");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DescriptorTest);
