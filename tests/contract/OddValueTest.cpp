// SPDX-License-Identifier: Apache-2.0
// No value in a path, a query, a body, a header or a cookie makes a route fail. The routes are the router's
// own, so a new one is covered at once.
#include "OddValueSweep.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

using namespace central_oauth::test;

class OddValueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OddValueTest);
    CPPUNIT_TEST(testPaths);
    CPPUNIT_TEST(testQueries);
    CPPUNIT_TEST(testBodies);
    CPPUNIT_TEST(testHeaders);
    CPPUNIT_TEST(testCookies);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _folder = std::make_unique<TemporaryFolder>();
        _world = std::make_unique<ApiWorld>(ChildProcess::Environment{
            {"CENTRAL_OAUTH_TEST_ROUTES", routesFile()}, {"CENTRAL_OAUTH_LOG_LEVEL", "INFO"}});
        _sweep = std::make_unique<OddValueSweep>(*_world, _findings);
    }

    void tearDown() override {
        _sweep.reset();
        _world.reset();
    }

    void testPaths() {
        for (const auto& operation : operations())
            _sweep->sweepPath(operation);
        finish(1000);
    }

    void testQueries() {
        for (const auto& operation : operations())
            _sweep->sweepQuery(operation);
        finish(3000);
    }

    void testBodies() {
        for (const auto& operation : operations())
            _sweep->sweepBody(operation);
        finish(1500);
    }

    void testHeaders() {
        for (const auto& operation : operations())
            _sweep->sweepHeaders(operation);
        finish(5000);
    }

    void testCookies() {
        for (const auto& operation : operations())
            if (!operation.isApi())
                _sweep->sweepCookies(operation);
        finish(1500);
    }

private:
    [[nodiscard]] std::string routesFile() const { return (_folder->path() / "routes").string(); }

    // Returns all described routes of the router; operations that remove something come last.
    [[nodiscard]] std::vector<ApiOperation> operations() const {
        std::vector<ApiOperation> found;
        std::ifstream file(routesFile());
        for (std::string line; std::getline(file, line);) {
            std::string method;
            std::string pattern;
            std::istringstream(line) >> method >> pattern;
            const auto* operation = ApiDescription::get().find(method, pattern);
            CPPUNIT_ASSERT_MESSAGE("not described: " + line, operation != nullptr);
            found.push_back(*operation);
        }
        CPPUNIT_ASSERT(found.size() > 30);
        std::stable_partition(found.begin(), found.end(),
                              [](const ApiOperation& operation) { return operation.method != "DELETE"; });
        return found;
    }

    void finish(int fewest) {
        const auto healthy = _world->call("GET", "/v1/healthz", {});
        _findings.expectStatus(200, healthy.status, "afterwards");
        std::istringstream log(_world->service().log());
        for (std::string line; std::getline(log, line);)
            if (line.find(R"("level":"ERROR")") != std::string::npos ||
                line.find(R"("level":"error")") != std::string::npos)
                _findings.expect(false, line.substr(0, 300));
        _findings.assertNone(fewest);
    }

    std::unique_ptr<TemporaryFolder> _folder;
    std::unique_ptr<ApiWorld> _world;
    std::unique_ptr<OddValueSweep> _sweep;
    Findings _findings;
};

CPPUNIT_TEST_SUITE_REGISTRATION(OddValueTest);
