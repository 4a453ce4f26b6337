// SPDX-License-Identifier: Apache-2.0
#include "SiteJson.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Grant.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sstream>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

using namespace central_oauth;
using namespace central_oauth::store;

namespace {

std::string stringified(const Poco::JSON::Array& array) {
    std::ostringstream out;
    array.stringify(out);
    return out.str();
}

} // namespace

class SiteJsonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SiteJsonTest);
    CPPUNIT_TEST(testKeepsNames);
    CPPUNIT_TEST(testKeepsSites);
    CPPUNIT_TEST(testWritesWhatPocoWrites);
    CPPUNIT_TEST(testKeepsNoAddressThatTokensAreSentTo);
    CPPUNIT_TEST(testKeepsEmptyLists);
    CPPUNIT_TEST(testReadsEachSpellingOfAList);
    CPPUNIT_TEST(testRefusesOtherForms);
    CPPUNIT_TEST_SUITE_END();

public:
    void testKeepsNames() {
        const std::vector<std::string> names{"b", "a", "it's \"x\"", "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x94\x92",
                                             "\t\n\\"};
        CPPUNIT_ASSERT(names == namesOf(textOfNames(names)));
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["b","a"])"), textOfNames({"b", "a"}));
    }

    void testKeepsSites() {
        const std::vector<domain::Site> sites{
            {"id-1", "One", "https://one.example/a/b", {"jira", "confluence"}},
            {"id-2", "Zw\xC3\xB6lf", "https://two.example", {}}};
        const auto read = sitesOf(textOfSites(sites));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, read.size());
        CPPUNIT_ASSERT_EQUAL(sites[0].url, read[0].url);
        CPPUNIT_ASSERT_EQUAL(std::string("confluence"), read[0].products.at(1));
        CPPUNIT_ASSERT_EQUAL(sites[1].name, read[1].name);
        CPPUNIT_ASSERT_EQUAL(sites[1].id, read[1].id);
        CPPUNIT_ASSERT(read[1].products.empty());
    }

    // A row that is written anew keeps its bytes.
    void testWritesWhatPocoWrites() {
        const std::string wild = "a/b \t\n\\\"\x01\x7F \xC3\xA4\xE2\x82\xAC\xF0\x9F\x94\x92";
        const std::vector<domain::Site> sites{
            {"1", "n", "https://one.example/a", {"jira", "wiki"}}, {wild, wild, wild, {wild}}, {}};
        CPPUNIT_ASSERT_EQUAL(stringified(Poco::JSON::Array()), textOfNames({}));
        CPPUNIT_ASSERT_EQUAL(stringified(Poco::JSON::Array().add("").add("x").add(wild)),
                             textOfNames({"", "x", wild}));
        Poco::JSON::Array array;
        for (const auto& site : sites) {
            Poco::JSON::Array products;
            for (const auto& product : site.products)
                products.add(Poco::JSON::Object().set("product", product));
            array.add(Poco::JSON::Object()
                          .set("id", site.id)
                          .set("name", site.name)
                          .set("url", site.url)
                          .set("products", products));
        }
        CPPUNIT_ASSERT_EQUAL(stringified(array), textOfSites(sites));
    }

    void testKeepsNoAddressThatTokensAreSentTo() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"([{"id":"1","name":"n","products":[{"product":"jira"}],"url":"u"}])"),
            textOfSites({{"1", "n", "u", {"jira"}}}));
        const auto read = sitesOf(R"([{"id":"1","name":"n","url":"u","products":[{"product":"jira",)"
                                  R"("api_base_url":"https://thief.example"}]}])");
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), read.at(0).products.at(0));
    }

    void testKeepsEmptyLists() {
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), textOfNames({}));
        CPPUNIT_ASSERT(namesOf("[]").empty());
        CPPUNIT_ASSERT(sitesOf(textOfSites({})).empty());
    }

    // Earlier versions and other programs may have written a list in another way.
    void testReadsEachSpellingOfAList() {
        const std::vector<std::string> names{"a", "b/c", "d"};
        for (const char* text : {R"(["a","b/c","d"])", R"(["a","b\/c","d"])", R"([ "a", "b/c" ,"d" ])",
                                 R"(["\u0061","b/c","d"])", "[\n\"a\",\"b/c\",\"d\"]"})
            CPPUNIT_ASSERT_MESSAGE(text, names == namesOf(text));
        for (const char* text :
             {R"([{"id":"1","name":"n","products":[{"product":"jira"}],"url":"u"}])",
              R"([{"url":"u","products":[{"product":"jira"}],"name":"n","id":"1"}])",
              R"([{"id":"1","name":"n","products":[{"product":"jira"}],"url":"u","more":[1]}])"}) {
            const auto sites = sitesOf(text);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::size_t(1), sites.size());
            CPPUNIT_ASSERT_MESSAGE(text, (sites[0] == domain::Site{"1", "n", "u", {"jira"}}));
        }
    }

    void testRefusesOtherForms() {
        for (const char* text :
             {"", "{}", "[", "1", "nothing", "[\"a\"", "[\"a", "[\"a\"]]", "[\"a\\\"]", "[\"a\" \"b\"]"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(text, static_cast<void>(namesOf(text)), base::Error);
            CPPUNIT_ASSERT_THROW_MESSAGE(text, static_cast<void>(sitesOf(text)), base::Error);
        }
        for (const char* text : {R"(["a"])", R"([{"id":"1"}])", R"([{"id":"1","name":"n","url":"u"}])",
                                 R"([{"id":"1","name":"n","url":"u","products":["x"]}])"})
            CPPUNIT_ASSERT_THROW_MESSAGE(text, static_cast<void>(sitesOf(text)), base::Error);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SiteJsonTest);
