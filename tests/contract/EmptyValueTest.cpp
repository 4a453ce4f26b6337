// SPDX-License-Identifier: Apache-2.0
// An empty or blank value is refused wherever docs/openapi.json takes a text: it never stands for "any". No
// route or field is named here.
#include "ApiWorld.h"
#include "Findings.h"

#include <cppunit/extensions/HelperMacros.h>

#include <Poco/JSON/Array.h>
#include <Poco/String.h>
#include <Poco/URI.h>

using namespace central_oauth::test;
using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

// Empty; blanks; no-break and ideographic space; a zero-width space and a byte order mark.
const std::vector<std::string>& emptyTexts() {
    static const std::vector<std::string> texts{"", " ", " \t ", "\xC2\xA0\xE3\x80\x80",
                                                "\xE2\x80\x8B\xEF\xBB\xBF"};
    return texts;
}

bool isText(const Object::Ptr& schema) {
    if (const auto types = schema->getArray("type"))
        return types->getElement<std::string>(0) == "string";
    return schema->optValue<std::string>("type", {}) == "string";
}

std::string encoded(const std::string& text) {
    std::string result;
    Poco::URI::encode(text, "\t", result);
    return result;
}

} // namespace

class EmptyValueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EmptyValueTest);
    CPPUNIT_TEST(testFields);
    CPPUNIT_TEST(testQueryParameters);
    CPPUNIT_TEST(testHeaders);
    CPPUNIT_TEST(testDescriptionSaysSo);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _world = std::make_unique<ApiWorld>(); }
    void tearDown() override { _world.reset(); }

    void testFields() {
        forEachField([&](const auto& operation, const auto& name) {
            for (const auto& text : emptyTexts()) {
                auto body = sampleBody(operation.body);
                body->set(name, text);
                expectRefused(operation, name, text,
                              _world->call(operation.method, _world->pathOf(operation),
                                           _world->credentialFor(operation), textOf(body)));
            }
        });
        _findings.assertNone(100);
    }

    void testQueryParameters() {
        for (const auto& operation : ApiDescription::get().operations()) {
            if (!operation.isApi() || operation.isLater)
                continue;
            for (const auto& name : operation.query)
                for (const auto& text : emptyTexts())
                    _findings.run(operation.name() + " " + name, [&] {
                        const auto path = _world->pathOf(operation) + "?" + name + "=" + encoded(text);
                        expectRefused(operation, name, text,
                                      _world->call(operation.method, path, _world->credentialFor(operation)));
                    });
        }
        _findings.assertNone(60);
    }

    // Blanks around a header's value are no part of it (RFC 9110 section 5.5).
    void testHeaders() {
        for (const auto& operation : ApiDescription::get().operations()) {
            if (!operation.isApi() || operation.isLater)
                continue;
            for (const auto& name : headersOf(operation))
                for (const auto& text : emptyTexts())
                    _findings.run(operation.name() + " " + name, [&] {
                        const auto body = operation.body ? textOf(sampleBody(operation.body)) : std::string();
                        expectRefused(operation, name, text,
                                      _world->call(operation.method, _world->pathOf(operation), _world->key(),
                                                   body, {"application/json", {{name, text}}}));
                    });
        }
        _findings.assertNone(60);
    }

    void testDescriptionSaysSo() {
        forEachField([&](const auto& operation, const auto& name) {
            const auto schema = schemaOf(operation, name);
            _findings.expect(schema->has("enum") || schema->has("const") || schema->has("pattern") ||
                                 schema->optValue("minLength", 0) > 0,
                             operation.name() + ": the field " + name + " may be empty");
        });
        _findings.assertNone(15);
    }

private:
    static Object::Ptr schemaOf(const ApiOperation& operation, const std::string& name) {
        return ApiDescription::get().resolved(operation.body->getObject("properties")->getObject(name));
    }

    template <class Visit>
    void forEachField(const Visit& visit) {
        for (const auto& operation : ApiDescription::get().operations()) {
            if (operation.isLater || operation.bodyType != "application/json" || !operation.body)
                continue;
            for (const auto& name : operation.body->getObject("properties")->getNames()) {
                const auto schema = schemaOf(operation, name);
                if (isText(schema) && !schema->optValue("x-later", false))
                    _findings.run(operation.name() + " " + name, [&] { visit(operation, name); });
            }
        }
    }

    // Returns the headers that a route reads; any value of X-Correlation-ID may be replaced.
    static std::vector<std::string> headersOf(const ApiOperation& operation) {
        const auto& description = ApiDescription::get();
        const auto path = description.document()->getObject("paths")->getObject(operation.path);
        std::vector<std::string> names;
        for (const auto& list : {path->getArray("parameters"),
                                 path->getObject(Poco::toLower(operation.method))->getArray("parameters")}) {
            if (list.isNull())
                continue;
            for (const auto& item : *list) {
                const auto parameter = description.resolved(item.extract<Object::Ptr>());
                const auto name = parameter->getValue<std::string>("name");
                if (parameter->getValue<std::string>("in") == "header" && name != "X-Correlation-ID")
                    names.push_back(name);
            }
        }
        return names;
    }

    void expectRefused(const ApiOperation& operation, const std::string& name, const std::string& text,
                       const HttpAnswer& answer) {
        const auto what =
            operation.name() + " with " + name + " of " + std::to_string(text.size()) + " bytes";
        _findings.expectStatus(400, answer.status, what);
        if (answer.status != 400)
            return;
        _findings.expect(answer.text("error") == "invalid_request", what + ": " + answer.text("error"));
        _findings.expect(answer.text("hint").find(name) != std::string::npos,
                         what + ": the hint does not name it: " + answer.text("hint"));
    }

    std::unique_ptr<ApiWorld> _world;
    Findings _findings;
};

CPPUNIT_TEST_SUITE_REGISTRATION(EmptyValueTest);
