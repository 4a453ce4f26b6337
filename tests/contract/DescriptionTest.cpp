// SPDX-License-Identifier: Apache-2.0
// Checks docs/openapi.json itself, and against the codes, the routes and the version of this service.
#include "../support/ApiValidator.h"
#include "../support/ServiceUnderTest.h"
#include "ErrorList.h"
#include "Findings.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/http/Errors.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <set>
#include <sstream>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

using namespace central_oauth;
using namespace central_oauth::test;
using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

/// A route as method, pattern and the names of its query parameters.
using Line = std::string;

// Calls `visit` with each object inside a JSON value, at any depth.
template <class Visit>
void walk(const Var& value, const Visit& visit) {
    if (value.type() == typeid(Object::Ptr)) {
        const auto object = value.extract<Object::Ptr>();
        visit(object);
        for (const auto& [name, member] : *object)
            walk(member, visit);
    } else if (value.type() == typeid(Array::Ptr)) {
        for (const auto& item : *value.extract<Array::Ptr>())
            walk(item, visit);
    }
}

std::map<std::string, std::set<int>> statusesOfService() {
    std::map<std::string, std::set<int>> statuses;
    // A number without a code has the name of `internal`.
    for (int number = 0; number < 100; ++number) {
        const auto code = static_cast<base::ErrorCode>(number);
        const std::string name(base::nameOf(code));
        if (name != "internal")
            statuses[name].insert(http::statusOf(code));
    }
    statuses["internal"] = {500};
    // A request that breaks a rule of HTTP is invalid_request with HTTP's own status.
    statuses["invalid_request"].insert({414, 417, 421, 431});
    return statuses;
}

} // namespace

class DescriptionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DescriptionTest);
    CPPUNIT_TEST(testReferencesStandAlone);
    CPPUNIT_TEST(testSchemasCompile);
    CPPUNIT_TEST(testRequiredMembersAreDescribed);
    CPPUNIT_TEST(testRequestsAreClosedAndAnswersOpen);
    CPPUNIT_TEST(testOperationsAreDescribedFully);
    CPPUNIT_TEST(testVersionIsTheProjects);
    CPPUNIT_TEST(testCodesAreThoseOfTheService);
    CPPUNIT_TEST(testEachCodeStandsUnderItsStatus);
    CPPUNIT_TEST(testRoutesAreThoseOfTheService);
    CPPUNIT_TEST(testServedAsWritten);
    CPPUNIT_TEST_SUITE_END();

public:
    // Many readers ignore members beside a reference, so there are none; and every reference resolves.
    void testReferencesStandAlone() {
        Findings findings;
        walk(Var(_description.document()), [&](const Object::Ptr& object) {
            if (!object->has("$ref"))
                return;
            const auto reference = object->getValue<std::string>("$ref");
            findings.expect(object->size() == 1, reference + " has something beside it");
            findings.run(reference, [&] { (void)_description.resolved(object); });
        });
        findings.assertNone(100);
    }

    void testSchemasCompile() {
        Findings findings;
        const ApiValidator validator(_description);
        for (const auto& [name, schema] :
             *_description.document()->getObject("components")->getObject("schemas"))
            findings.run(name, [&, object = schema.extract<Object::Ptr>()] {
                findings.expect(!validator.schemaViolations(object, Var(1.5)).empty(),
                                name + " takes anything");
            });
        findings.assertNone(40);
    }

    void testRequiredMembersAreDescribed() {
        Findings findings;
        walk(Var(_description.document()->getObject("components")), [&](const Object::Ptr& object) {
            if (object->optValue<std::string>("type", {}) != "object")
                return;
            for (const auto& name : stringsOf(object, "required"))
                findings.expect(object->getObject("properties")->has(name),
                                "required, not described: " + name);
        });
        findings.assertNone(30);
    }

    // Unknown members of a request are refused. Clients must accept unknown members of an answer, or a later
    // version breaks the clients that are generated from today's file.
    void testRequestsAreClosedAndAnswersOpen() {
        Findings findings;
        const auto written = Poco::JSON::Parser().parse(_description.text()).extract<Object::Ptr>();
        std::set<std::string> requests;
        walk(Var(written->getObject("paths")), [&](const Object::Ptr& object) {
            if (object->has("requestBody"))
                walk(object->get("requestBody"), [&](const Object::Ptr& part) {
                    const auto reference = part->optValue<std::string>("$ref", {});
                    requests.insert(reference.substr(reference.rfind('/') + 1));
                });
        });
        for (const auto& [name, schema] : *written->getObject("components")->getObject("schemas")) {
            const bool isRequest = requests.count(name) > 0;
            walk(schema, [&, schemaName = name](const Object::Ptr& object) {
                if (object->optValue<std::string>("type", {}) != "object" ||
                    object->isObject("additionalProperties")) // a map by name
                    return;
                findings.expect(object->has("additionalProperties") == isRequest,
                                schemaName + (isRequest ? " is open" : " is closed"));
            });
        }
        findings.assertNone(30);
    }

    void testOperationsAreDescribedFully() {
        Findings findings;
        std::set<std::string> ids;
        for (const auto& operation : _description.operations()) {
            const auto object = _description.document()
                                    ->getObject("paths")
                                    ->getObject(operation.path)
                                    ->getObject(lower(operation.method));
            findings.expect(ids.insert(object->optValue<std::string>("operationId", {})).second,
                            operation.name() + ": operationId");
            findings.expect(object->has("summary"), operation.name() + ": summary");
            expectStatuses(operation, findings);
        }
        findings.assertNone(50);
    }

    void testVersionIsTheProjects() {
        CPPUNIT_ASSERT_EQUAL(std::string(CENTRAL_OAUTH_VERSION),
                             _description.document()->getObject("info")->getValue<std::string>("version"));
    }

    void testCodesAreThoseOfTheService() {
        std::set<std::string> ours;
        for (const auto& [code, statuses] : statusesOfService())
            ours.insert(code);
        const auto described = stringsOf(_description.component("schemas", "ErrorCode"), "enum");
        CPPUNIT_ASSERT_EQUAL(joined(ours), joined({described.begin(), described.end()}));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("each once", ours.size(), described.size());
    }

    void testEachCodeStandsUnderItsStatus() {
        Findings findings;
        auto expected = statusesOfService();
        for (const auto& operation : _description.operations()) {
            for (const auto& [status, value] : *operation.responses) {
                const auto response = _description.resolved(value.extract<Object::Ptr>());
                if (status == "default") {
                    for (const auto& [any, codes] : *response->getObject("x-codes"))
                        for (const auto& code : *codes.extract<Array::Ptr>())
                            findings.expect(expected[code.toString()].count(std::stoi(any)) > 0,
                                            operation.name() + ": " + any + " " + code.toString());
                    continue;
                }
                const auto content = response->getObject("content");
                if (content.isNull() || !content->has("application/json"))
                    continue;
                for (const auto& code : codesOf(content->getObject("application/json")->getObject("schema")))
                    findings.expect(expected[code].count(std::stoi(status)) > 0,
                                    operation.name() + ": " + status + " " + code);
            }
        }
        findings.assertNone(100);
    }

    void testRoutesAreThoseOfTheService() {
        startService();
        std::set<Line> served;
        std::ifstream file(routesFile());
        for (std::string line; std::getline(file, line);)
            served.insert(comparable(line));
        std::set<Line> described;
        for (const auto& operation : _description.operations()) {
            auto line = operation.method + " " + operation.pattern;
            auto query = operation.query;
            if (operation.hasForeignQuery)
                query = {"*"};
            for (const auto& name : query)
                line += " " + name;
            described.insert(comparable(line));
        }
        CPPUNIT_ASSERT(served.size() > 20);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("routes without an entry, or with other query parameters", std::string(),
                                     joined(difference(served, described)));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("entries without a route, or with other query parameters", std::string(),
                                     joined(difference(described, served)));
    }

    void testServedAsWritten() {
        startService();
        const auto answer = _service->get("/v1/openapi.json", {});
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("application/json"), answer.header("Content-Type"));
        CPPUNIT_ASSERT_MESSAGE("another text than that of docs/openapi.json",
                               answer.body == _description.text());
        const auto key = _service->get("/v1/openapi.json", _service->key());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("with a key", 200, key.status);
    }

private:
    static std::string lower(std::string text) {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return text;
    }

    static std::string joined(const std::set<std::string>& items) {
        std::string text;
        for (const auto& item : items)
            text += (text.empty() ? "" : "; ") + item;
        return text;
    }

    static std::set<Line> difference(const std::set<Line>& from, const std::set<Line>& what) {
        std::set<Line> rest;
        std::set_difference(from.begin(), from.end(), what.begin(), what.end(),
                            std::inserter(rest, rest.end()));
        return rest;
    }

    // Sorts the query parameters, and writes the style sheet's version, a literal in the router, as the
    // description does.
    static Line comparable(const Line& line) {
        std::istringstream text(line);
        std::string method;
        std::string pattern;
        text >> method >> pattern;
        if (pattern.rfind("/assets/style-", 0) == 0)
            pattern = "/assets/style-:version.css";
        std::set<std::string> query;
        for (std::string name; text >> name;)
            query.insert(name);
        return method + " " + pattern + (query.empty() ? "" : " ? ") + joined(query);
    }

    static void expectStatuses(const ApiOperation& operation, Findings& findings) {
        std::set<std::string> wanted{"400", "default"};
        if (operation.isApi() && !operation.credentials.empty() && !operation.isLater) {
            wanted.insert({"401", "429"});
            if (!operation.scopes.empty())
                wanted.insert("403");
            if (operation.hasPathParameters())
                wanted.insert("404");
            if (operation.body)
                wanted.insert({"413", "415"});
        }
        for (const auto& status : wanted)
            findings.expect(operation.responses->has(status), operation.name() + ": no " + status);
        std::vector<std::string> schemes{"clientKey", "grantToken", "linkSecret"};
        for (const auto& credential : operation.credentials)
            findings.expect(std::find(schemes.begin(), schemes.end(), credential) != schemes.end(),
                            operation.name() + ": " + credential);
    }

    void startService() {
        _simulator = std::make_unique<Simulator>();
        _folder = std::make_unique<TemporaryFolder>();
        _service = std::make_unique<ServiceUnderTest>(
            *_simulator, ChildProcess::Environment{{"CENTRAL_OAUTH_TEST_ROUTES", routesFile()}});
    }

    [[nodiscard]] std::string routesFile() const { return (_folder->path() / "routes").string(); }

    const ApiDescription& _description = ApiDescription::get();
    std::unique_ptr<TemporaryFolder> _folder;
    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DescriptionTest);
