// SPDX-License-Identifier: Apache-2.0
// JSON text as a parser reads it back.
#include "central_oauth/endpoints/JsonText.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

using namespace central_oauth;
using namespace central_oauth::endpoints;
using namespace std::chrono_literals;

class JsonTextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonTextTest);
    CPPUNIT_TEST(testMembersKeepTheirOrder);
    CPPUNIT_TEST(testEveryTypeOfMember);
    CPPUNIT_TEST(testArrays);
    CPPUNIT_TEST(testWritesAtItsPlace);
    CPPUNIT_TEST(testEveryCharacterComesBack);
    CPPUNIT_TEST_SUITE_END();

public:
    void testMembersKeepTheirOrder() {
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), JsonObject().text());
        JsonObject object;
        object.set("z", 1).set("a", JsonObject().set("y", "2")).set("b", JsonObject());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"z":1,"a":{"y":"2"},"b":{}})"), object.text());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("text changes nothing", object.text(), object.text());
    }

    void testEveryTypeOfMember() {
        JsonObject object;
        object.set("text", std::string("a")).set("literal", "b").set("view", std::string_view("c"));
        object.set("number", std::int64_t{1} << 62).set("negative", -1).set("yes", true).set("no", false);
        object.set("nothing", nullptr).set("time", std::optional<base::Timestamp>(0s));
        object.set("never", std::optional<base::Timestamp>());
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"text":"a","literal":"b","view":"c","number":4611686018427387904,)"
                        R"("negative":-1,"yes":true,"no":false,"nothing":null,)"
                        R"("time":"1970-01-01T00:00:00Z","never":null})"),
            object.text());
    }

    void testArrays() {
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), JsonArray().text());
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["a","b"])"), JsonArray({"a", "b"}).text());
        CPPUNIT_ASSERT_EQUAL(std::string(R"([{"a":1},"b"])"),
                             JsonArray().add(JsonObject().set("a", 1)).add("b").text());
    }

    void testWritesAtItsPlace() {
        JsonObject object(100);
        object.set("a", 1)
            .setObject("b", [](JsonObject& inner) { inner.set("c", "d").setObject("e", [](JsonObject&) {}); })
            .setArray("f",
                      [](JsonArray& array) {
                          array.addObject([](JsonObject& item) { item.set("g", 2); }).add("h");
                          array.addObject([](JsonObject&) {});
                      })
            .setArray("i", [](JsonArray&) {})
            .set("j", true);
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"a":1,"b":{"c":"d","e":{}},"f":[{"g":2},"h",{}],"i":[],"j":true})"),
            object.text());
    }

    // Each ASCII character, alone and within a text, also as a name; and texts beyond ASCII.
    void testEveryCharacterComesBack() {
        std::vector<std::string> texts{"", "\xc3\xa4", "\xe2\x80\xa8", "\xf0\x9f\x94\x91",
                                       "\",\"forged\":\""};
        for (int code = 1; code < 128; ++code) {
            texts.emplace_back(1, static_cast<char>(code));
            texts.push_back("a" + texts.back() + "b");
        }
        for (const auto& text : texts) {
            JsonObject object;
            object.set("before", text).set("array", JsonArray({text})).set("after", 1);
            const auto json = object.text();
            for (const char c : json)
                CPPUNIT_ASSERT(static_cast<unsigned char>(c) >= 0x20);
            const auto read = Poco::JSON::Parser().parse(json).extract<Poco::JSON::Object::Ptr>();
            CPPUNIT_ASSERT_EQUAL(text, read->getValue<std::string>("before"));
            CPPUNIT_ASSERT_EQUAL(text, read->getArray("array")->getElement<std::string>(0));
            CPPUNIT_ASSERT_EQUAL(std::size_t(3), read->size());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonTextTest);
