// SPDX-License-Identifier: Apache-2.0
// Settings that a plugin may and may not declare.
#include "DeclaredSettings.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth;
using provider::SettingSpec;
using provider::SettingType;

namespace {

std::string faultOf(const std::vector<SettingSpec>& settings) {
    return loader::faultOf(settings).value_or("none");
}

SettingSpec spec(const std::string& key, SettingType type = SettingType::text,
                 const std::string& standard = {}, std::vector<std::string> choices = {}) {
    return {key, type, false, standard, "Help.", std::move(choices)};
}

} // namespace

class DeclaredSettingsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DeclaredSettingsTest);
    CPPUNIT_TEST(testAcceptsWhatThePluginsDeclare);
    CPPUNIT_TEST(testRefusesMalformedKeysWithoutQuotingThem);
    CPPUNIT_TEST(testRefusesRepeatedKeys);
    CPPUNIT_TEST(testRefusesImpossibleDefaults);
    CPPUNIT_TEST(testRefusesUnknownTypes);
    CPPUNIT_TEST(testRefusesTooMany);
    CPPUNIT_TEST_SUITE_END();

    void testAcceptsWhatThePluginsDeclare() {
        CPPUNIT_ASSERT_EQUAL(std::string("none"), faultOf({}));
        CPPUNIT_ASSERT_EQUAL(
            std::string("none"),
            faultOf({spec("CLIENT_ID"), spec("CLIENT_SECRET", SettingType::secret),
                     spec("SCOPES", SettingType::scopeList, "a b"), spec("BASE_1", SettingType::url),
                     spec("KIND", SettingType::choice, "cloud", {"cloud"}),
                     spec("REGION", SettingType::choice, "", {"eu", "us"}),
                     spec("REVOKE", SettingType::flag, "off"), spec("X", SettingType::flag)}));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), faultOf({spec("A" + std::string(47, 'B'))}));
    }

    void testRefusesMalformedKeysWithoutQuotingThem() {
        for (const std::string& key :
             {std::string(), std::string("client"), std::string("1A"), std::string("_A"), std::string("A-B"),
              std::string("A B"), std::string("CLIENT_SECRET_FILE"), "A" + std::string(48, 'B')})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(key,
                                         std::string("a setting has a malformed key; use A to Z, digits and "
                                                     "underscores, 48 at most, and no _FILE at the end"),
                                         faultOf({spec(key)}));
    }

    void testRefusesRepeatedKeys() {
        CPPUNIT_ASSERT_EQUAL(std::string("it declares its setting A twice; rename one of the two"),
                             faultOf({spec("A"), spec("B"), spec("A")}));
    }

    void testRefusesImpossibleDefaults() {
        CPPUNIT_ASSERT_EQUAL(std::string("its setting A has no choices; list them"),
                             faultOf({spec("A", SettingType::choice)}));
        CPPUNIT_ASSERT_EQUAL(std::string("the default of its setting A is none of its choices; choose one"),
                             faultOf({spec("A", SettingType::choice, "c", {"a", "b"})}));
        CPPUNIT_ASSERT_EQUAL(std::string("the default of its setting A is neither on nor off; choose one"),
                             faultOf({spec("A", SettingType::flag, "yes")}));
    }

    void testRefusesUnknownTypes() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("its setting A has a type that this host does not know; update the host"),
            faultOf({spec("A", static_cast<SettingType>(99))}));
    }

    void testRefusesTooMany() {
        std::vector<SettingSpec> many;
        for (int i = 0; i < 101; ++i)
            many.push_back(spec("S" + std::to_string(i)));
        CPPUNIT_ASSERT_EQUAL(std::string("it declares more than 100 settings; leave some out"),
                             faultOf(many));
        many.pop_back();
        CPPUNIT_ASSERT_EQUAL(std::string("none"), faultOf(many));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DeclaredSettingsTest);
