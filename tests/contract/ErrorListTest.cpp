// SPDX-License-Identifier: Apache-2.0
// Provokes every error code and every reason of docs/openapi.json on the real daemon, and no others.
#include "ErrorList.h"

#include "../support/ApiValidator.h"
#include "Findings.h"
#include "Provocations.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <iterator>
#include <set>
#include <string>

#include <Poco/JSON/Parser.h>

using namespace central_oauth::test;

namespace {

using Names = std::set<std::string>;

Names difference(const Names& from, const Names& what) {
    Names rest;
    std::set_difference(from.begin(), from.end(), what.begin(), what.end(), std::inserter(rest, rest.end()));
    return rest;
}

std::string joined(const Names& names) {
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : "; ") + name;
    return text;
}

Provocations allProvocations() {
    Provocations all;
    for (const auto& some :
         {requestProvocations(), linkProvocations(), tokenProvocations(), outcomeProvocations()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

// Returns the file's names in the form of provocations.
Names namesOfTheFile() {
    auto names = listedErrors();
    for (const auto& list : nameLists())
        for (const auto& name : namesAt(list.place).sent)
            names.insert(list.place + ": " + name);
    return names;
}

// Returns null for an error.
const NameList* listOf(const Provocation& provocation) {
    for (const auto& list : nameLists())
        if (provocation.name.rfind(list.place + ": ", 0) == 0)
            return &list;
    return nullptr;
}

std::string memberOf(const HttpAnswer& answer, const std::string& path) {
    auto object = answer.json();
    const auto dot = path.find('.');
    if (dot != std::string::npos)
        object = object->getObject(path.substr(0, dot));
    const auto member = path.substr(dot == std::string::npos ? 0 : dot + 1);
    return object.isNull() ? std::string() : object->optValue<std::string>(member, {});
}

} // namespace

class ErrorListTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ErrorListTest);
    CPPUNIT_TEST(testEachCodeHasAStatusOrComesLater);
    CPPUNIT_TEST(testEachNameHasItsProvocation);
    CPPUNIT_TEST(testEachProvocationHasItsAnswer);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEachCodeHasAStatusOrComesLater() {
        const auto codes = namesAt("ErrorCode");
        Names used;
        for (const auto& error : listedErrors())
            used.insert(error.substr(error.find(' ') + 1));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("listed by no route, and not for later", std::string(),
                                     joined(difference(codes.sent, used)));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("listed by a route, and for later or unknown", std::string(),
                                     joined(difference(used, codes.sent)));
    }

    // A new name in the file needs a provocation; a name that is no longer sent loses it.
    void testEachNameHasItsProvocation() {
        Names provoked;
        for (const auto& provocation : allProvocations())
            provoked.insert(provocation.name);
        const auto listed = namesOfTheFile();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("names of the file without a provocation", std::string(),
                                     joined(difference(listed, provoked)));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("provocations of what the file does not list, or has for later",
                                     std::string(), joined(difference(provoked, listed)));
    }

    // `exchange` checks that the route lists the answer.
    void testEachProvocationHasItsAnswer() {
        ErrorWorld world;
        Findings findings;
        const auto provocations = allProvocations();
        for (const auto& provocation : provocations) {
            findings.run(provocation.name, [&] { check(provocation, world, findings); });
            world.clearFaults();
        }
        findings.assertNone(static_cast<int>(provocations.size()));
    }

private:
    void check(const Provocation& provocation, ErrorWorld& world, Findings& findings) const {
        const auto answer = provocation.provoke(world);
        const auto* list = listOf(provocation);
        if (list == nullptr) {
            const auto error = std::to_string(answer.status) + " " + answer.text("error");
            findings.expect(error == provocation.name, provocation.name + ": answered " + error);
            return;
        }
        const auto name = list->place + ": " + memberOf(answer, list->member);
        findings.expect(name == provocation.name, provocation.name + ": answered \"" + name + "\" with " +
                                                      std::to_string(answer.status));
        const auto schema = ApiDescription::get().component("schemas", list->answer);
        const auto body = Poco::JSON::Parser().parse(answer.body);
        findings.expect(_validator.schemaViolations(schema, body).empty(),
                        provocation.name + ": not the answer that has such names: " + list->answer);
    }

    ApiValidator _validator{ApiDescription::get()};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ErrorListTest);
