// SPDX-License-Identifier: Apache-2.0
// Every route refuses methods, bodies, fields and query parameters that docs/openapi.json does not have,
// before it does anything. No route is named here: a new one is covered once it is described.
#include "ApiWorld.h"
#include "Findings.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>

#include <Poco/JSON/Array.h>
#include <Poco/URI.h>

using namespace central_oauth::test;
using Poco::Dynamic::Var;
using Poco::JSON::Object;

class RequestFormTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestFormTest);
    CPPUNIT_TEST(testOtherMethods);
    CPPUNIT_TEST(testUnlistedPaths);
    CPPUNIT_TEST(testHeadWorksWhereGetDoes);
    CPPUNIT_TEST(testLaterRoutes);
    CPPUNIT_TEST(testBodiesWhereNoneIsTaken);
    CPPUNIT_TEST(testContentTypes);
    CPPUNIT_TEST(testBrokenBodies);
    CPPUNIT_TEST(testBodiesTooLarge);
    CPPUNIT_TEST(testUnknownFields);
    CPPUNIT_TEST(testMissingFields);
    CPPUNIT_TEST(testFieldsOfOtherTypes);
    CPPUNIT_TEST(testFieldsBeyondLimits);
    CPPUNIT_TEST(testUnknownQueryParameters);
    CPPUNIT_TEST(testRepeatedQueryParameters);
    CPPUNIT_TEST(testQueryValuesBeyondLimits);
    CPPUNIT_TEST(testCredentialsInTheUrl);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _world = std::make_unique<ApiWorld>(); }
    void tearDown() override { _world.reset(); }

    void testOtherMethods() {
        std::map<std::string, std::set<std::string>> methods;
        for (const auto& operation : operations()) {
            methods[operation.path].insert(operation.method);
            if (operation.method == "GET")
                methods[operation.path].insert("HEAD");
        }
        for (const auto& [path, own] : methods) {
            const auto filled = _world->pathOf(*ApiDescription::get().at(path).front());
            for (const std::string method :
                 {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
                if (own.count(method) == 0)
                    _findings.run(method + " " + path, [&, &own = own, &path = path] {
                        const auto answer = _world->call(method, filled, _world->key());
                        _findings.expectStatus(405, answer.status, method + " " + path);
                        _findings.expect(itemsOf(answer.header("Allow")) == own,
                                         method + " " + path + ": Allow is " + answer.header("Allow"));
                    });
        }
        _findings.assertNone(200);
    }

    void testUnlistedPaths() {
        std::set<std::string> paths{"/v1", "/v1/", "/v1/nothing", "/v2/healthz", "/nothing", "/favicon.ico"};
        for (const auto& operation : operations()) {
            paths.insert(operation.pathWith("x") + "/nothing");
            paths.insert("/v1" + operation.pathWith("x"));
        }
        for (const auto& path : paths) {
            if (!ApiDescription::get().at(path).empty())
                continue;
            _findings.run(path, [&] {
                const auto answer = _world->call("GET", path, _world->key());
                _findings.expectStatus(404, answer.status, path);
                _findings.expect(!path.starts_with("/v1") || answer.text("error") == "not_found", path);
            });
        }
        _findings.assertNone(30);
    }

    // A HEAD of the pages that upstream redirects to must not use up what a GET does.
    void testHeadWorksWhereGetDoes() {
        for (const auto& operation : operations()) {
            if (operation.method != "GET" || operation.hasForeignQuery)
                continue;
            _findings.run(operation.name(), [&] {
                const auto ask = [&](const std::string& method) {
                    _world->forgetLink(); // a second poll of one link is too soon
                    const auto path = _world->pathOf(operation);
                    return _world->call(method, path, _world->credentialFor(operation));
                };
                const auto head = ask("HEAD");
                const auto full = ask("GET");
                _findings.expectStatus(full.status, head.status, "HEAD " + operation.path);
                _findings.expect(head.body.empty(), "HEAD " + operation.path + " has a body");
                _findings.expect(full.header("Content-Type") == head.header("Content-Type"),
                                 "HEAD " + operation.path + ": another content type");
            });
        }
        _findings.assertNone(40);
    }

    void testLaterRoutes() {
        int later = 0;
        for (const auto& operation : operations()) {
            if (!operation.isLater)
                continue;
            ++later;
            _findings.run(operation.name(), [&] {
                const auto answer = _world->call(operation.method, _world->pathOf(operation),
                                                 _world->credentialFor(operation));
                _findings.expectStatus(501, answer.status, operation.name());
            });
        }
        CPPUNIT_ASSERT_MESSAGE("none is left: this test can go", later > 0);
        _findings.assertNone();
    }

    void testBodiesWhereNoneIsTaken() {
        for (const auto& operation : operations()) {
            if (!operation.bodyType.empty() || operation.isLater)
                continue;
            for (const std::string body : {"{}", " ", R"({"upstream":"always"})", "a=b"}) {
                refused(operation, 400, "invalid_request", "a body", body);
                if (operation.method == "GET")
                    _findings.run("HEAD " + operation.path, [&] {
                        const auto answer = _world->call("HEAD", _world->pathOf(operation),
                                                         _world->credentialFor(operation), body);
                        _findings.expectStatus(400, answer.status, "HEAD " + operation.path + " with a body");
                    });
            }
        }
        _findings.assertNone(200);
    }

    void testContentTypes() {
        for (const auto& operation : withBody())
            for (const std::string type :
                 {"", "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/jsonx",
                  "application/json; charset=latin1", "application/x-www-form-urlencoded; charset=utf-16"})
                refused(operation, 415, "unsupported_media_type", "content type " + type,
                        operation.bodyType == "application/json" ? "{}" : "decision=decline", type);
        _findings.assertNone(40);
    }

    void testBrokenBodies() {
        std::string deep = "1";
        for (int i = 0; i < 9; ++i)
            deep = "[" + deep + "]";
        for (const auto& operation : withJsonBody())
            for (const auto& body :
                 {std::string("{"), std::string("[]"), std::string("null"), std::string("7"),
                  std::string("\"x\""), std::string("{}{}"), std::string("{\"a\":}"), std::string("nonsense"),
                  "{\"a\":" + deep + "}"})
                refused(operation, 400, "invalid_request", "the body " + body, body);
        _findings.assertNone(40);
    }

    void testBodiesTooLarge() {
        for (const auto& operation : withBody())
            refused(operation, 413, "payload_too_large", "more than 16 KiB",
                    R"({"label":")" + std::string(16 * 1024, 'x') + "\"}", operation.bodyType);
        _findings.assertNone(6);
    }

    void testUnknownFields() {
        for (const auto& operation : withJsonBody()) {
            auto body = sampleBody(operation.body);
            body->set("no_such_field", "x");
            refused(operation, 400, "invalid_request", "an unknown field", textOf(body));
        }
        for (const auto& operation : withBody())
            if (operation.bodyType != "application/json")
                refused(operation, 400, "invalid_request", "an unknown field", "no_such_field=x",
                        operation.bodyType);
        _findings.assertNone(6);
    }

    void testMissingFields() {
        for (const auto& operation : withJsonBody()) {
            if (sampleBody(operation.body)->size() > 0) {
                refused(operation, 400, "invalid_request", "an empty body", {});
                refused(operation, 400, "invalid_request", "an empty object", "{}");
            }
            for (const auto& name : stringsOf(operation.body, "required")) {
                auto body = sampleBody(operation.body);
                body->remove(name);
                refused(operation, 400, "invalid_request", "no " + name, textOf(body));
            }
        }
        _findings.assertNone(9);
    }

    void testFieldsOfOtherTypes() {
        forEachField([&](const auto& operation, const auto& name, const auto& schema) {
            for (const auto& value : valuesOfOtherTypes(schema))
                refusedField(operation, name, value, "another type of ");
        });
        _findings.assertNone(60);
    }

    void testFieldsBeyondLimits() {
        forEachField([&](const auto& operation, const auto& name, const auto& schema) {
            for (const auto& value : valuesBeyondLimits(schema))
                refusedField(operation, name, value, "beyond the limits of ");
        });
        _findings.assertNone(20);
    }

    // Pages ignore the parameters that link scanners and mail programs add to their URLs.
    void testUnknownQueryParameters() {
        for (const auto& operation : operations()) {
            if (operation.isApi()) {
                refusedQuery(operation, "no_such_parameter=x");
                continue;
            }
            for (const std::string query : {"utm_source=a&utm_source=b&fbclid=x", "=&&%zz"})
                sameWithQuery(operation, query);
        }
        _findings.assertNone(30);
    }

    void testRepeatedQueryParameters() {
        for (const auto& operation : operations())
            for (const auto& name : operation.query)
                refusedQuery(operation, name + "=1&" + name + "=1");
        _findings.assertNone(10);
    }

    void testQueryValuesBeyondLimits() {
        for (const auto& operation : operations()) {
            if (operation.hasForeignQuery)
                continue;
            for (const auto& [name, schema] : querySchemas(operation)) {
                auto values = valuesBeyondLimits(schema);
                if (schema->template optValue<std::string>("type", {}) == "integer")
                    for (const std::string text : {"", "x", "1x", "1.5", "+1", "0x1", "1e1", " 1"})
                        values.emplace_back(text);
                for (const auto& value : values) {
                    std::string encoded;
                    Poco::URI::encode(value.toString(), "+ &=#%", encoded);
                    refusedQuery(operation, name + "=" + encoded);
                }
            }
        }
        _findings.assertNone(20);
    }

    void testCredentialsInTheUrl() {
        for (const auto& operation : operations()) {
            if (operation.hasForeignQuery)
                continue;
            for (const std::string prefix : {"cok_", "cop_", "cos_", "cog_"}) {
                auto names = operation.query;
                names.emplace_back("anything");
                for (const auto& name : names)
                    refusedQuery(operation, name + "=" + prefix + "AAAA", "credential_in_url");
            }
        }
        _findings.assertNone(100);
    }

private:
    static const std::vector<ApiOperation>& operations() { return ApiDescription::get().operations(); }

    static std::vector<ApiOperation> withBody() {
        std::vector<ApiOperation> chosen;
        for (const auto& operation : operations())
            if (operation.body && !operation.isLater)
                chosen.push_back(operation);
        return chosen;
    }

    static std::vector<ApiOperation> withJsonBody() {
        auto chosen = withBody();
        std::erase_if(chosen, [](const auto& operation) { return operation.bodyType != "application/json"; });
        return chosen;
    }

    static std::set<std::string> itemsOf(std::string list) {
        std::set<std::string> items;
        list += ", ";
        for (std::size_t begin = 0, end; (end = list.find(", ", begin)) != std::string::npos; begin = end + 2)
            items.insert(list.substr(begin, end - begin));
        return items;
    }

    template <class Visit>
    static void forEachField(const Visit& visit) {
        for (const auto& operation : withJsonBody())
            for (const auto& [name, value] : *operation.body->getObject("properties"))
                visit(operation, name, ApiDescription::get().resolved(value.template extract<Object::Ptr>()));
    }

    static std::map<std::string, Object::Ptr> querySchemas(const ApiOperation& operation) {
        const auto& description = ApiDescription::get();
        std::map<std::string, Object::Ptr> schemas;
        const auto object = description.document()->getObject("paths")->getObject(operation.path);
        for (const auto& [method, value] : *object) {
            const auto list = Poco::toUpper(method) == operation.method
                                  ? value.extract<Object::Ptr>()->getArray("parameters")
                                  : nullptr;
            if (list.isNull())
                continue;
            for (const auto& item : *list) {
                const auto parameter = description.resolved(item.extract<Object::Ptr>());
                if (parameter->getValue<std::string>("in") == "query")
                    schemas[parameter->getValue<std::string>("name")] = parameter->getObject("schema");
            }
        }
        return schemas;
    }

    void refused(const ApiOperation& operation, int status, const std::string& error, const std::string& what,
                 const std::string& body, const std::string& type = "application/json") {
        const auto name = operation.name() + " with " + what;
        _findings.run(name, [&] {
            const auto answer =
                _world->call(operation.method, _world->pathOf(operation), _world->credentialFor(operation),
                             body, {type, headersFor(operation)});
            _findings.expectStatus(status, answer.status, name);
            if (operation.isApi() && answer.status == status)
                _findings.expect(answer.text("error") == error, name + ": " + answer.text("error"));
        });
    }

    // A field of a later version is 501 with any value.
    void refusedField(const ApiOperation& operation, const std::string& name, const Var& value,
                      const std::string& what) {
        auto body = sampleBody(operation.body);
        body->set(name, value);
        const auto schema =
            ApiDescription::get().resolved(operation.body->getObject("properties")->getObject(name));
        const bool isLater = schema->optValue("x-later", false);
        refused(operation, isLater ? 501 : 400, isLater ? "not_implemented" : "invalid_request",
                what + name + ": " + value.toString().substr(0, 20), textOf(body));
    }

    void refusedQuery(const ApiOperation& operation, const std::string& query,
                      const std::string& error = "invalid_request") {
        const auto name = operation.name() + "?" + query.substr(0, 60);
        _findings.run(name, [&] {
            const auto body = operation.body && operation.bodyType == "application/json"
                                  ? textOf(sampleBody(operation.body))
                                  : std::string();
            const auto answer = _world->call(operation.method, _world->pathOf(operation) + "?" + query,
                                             _world->credentialFor(operation), body);
            _findings.expectStatus(400, answer.status, name);
            if (operation.isApi() && answer.status == 400)
                _findings.expect(answer.text("error") == error, name + ": " + answer.text("error"));
        });
    }

    void sameWithQuery(const ApiOperation& operation, const std::string& query) {
        const auto name = operation.name() + "?" + query;
        _findings.run(name, [&] {
            const auto path = _world->pathOf(operation);
            const auto ask = [&](const std::string& target) {
                return _world->call(operation.method, target, _world->credentialFor(operation), {},
                                    {"application/x-www-form-urlencoded", headersFor(operation)});
            };
            _findings.expectStatus(ask(path).status, ask(path + "?" + query).status, name);
        });
    }

    static std::map<std::string, std::string> headersFor(const ApiOperation& operation) {
        if (operation.isApi())
            return {};
        return {{"Sec-Fetch-Site", "same-origin"}};
    }

    std::unique_ptr<ApiWorld> _world;
    Findings _findings;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestFormTest);
