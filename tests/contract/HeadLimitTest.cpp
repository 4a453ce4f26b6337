// SPDX-License-Identifier: Apache-2.0
// HEAD does not avoid a limit: on every route with GET it is paced and counted as GET.
#include "ApiWorld.h"
#include "Findings.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class HeadLimitTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HeadLimitTest);
    CPPUNIT_TEST(testPacedLikeGet);
    CPPUNIT_TEST(testFailuresAreCountedLikeThoseOfGet);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _world = std::make_unique<ApiWorld>(); }
    void tearDown() override { _world.reset(); }

    void testPacedLikeGet() {
        forEachGet([&](const ApiOperation& operation) {
            const auto usual = statusOfSecond(operation, "GET", "GET");
            for (const auto& [first, second] :
                 {std::pair("GET", "HEAD"), std::pair("HEAD", "GET"), std::pair("HEAD", "HEAD")})
                _findings.expectStatus(usual, statusOfSecond(operation, first, second),
                                       operation.path + ": " + second + " after " + first);
            _isPaced = _isPaced || usual == 429;
        });
        _findings.assertNone(20);
        CPPUNIT_ASSERT_MESSAGE("no route is paced", _isPaced);
    }

    void testFailuresAreCountedLikeThoseOfGet() {
        int source = 0;
        forEachGet([&](const ApiOperation& operation) {
            if (operation.credentials.empty())
                return;
            const auto path = _world->service().url() + _world->pathOf(operation);
            const HttpCall call{"HEAD",
                                path,
                                {{"Authorization", "Bearer nonsense"},
                                 {"X-Forwarded-For", "198.51.100." + std::to_string(++source)}},
                                {}};
            constexpr int burst = 60;
            for (int i = 0; i < burst; ++i)
                if (exchange(call).status != 401)
                    _findings.expect(false, operation.path + ": refused otherwise");
            _findings.expectStatus(429, exchange(call).status, "HEAD " + operation.path);
        });
        _findings.assertNone(5);
    }

private:
    template <class Visit>
    void forEachGet(const Visit& visit) {
        for (const auto& operation : ApiDescription::get().operations())
            if (operation.method == "GET" && operation.isApi() && !operation.isLater)
                _findings.run(operation.name(), [&] { visit(operation); });
    }

    int statusOfSecond(const ApiOperation& operation, const std::string& first, const std::string& second) {
        _world->forgetLink();
        const auto path = _world->pathOf(operation);
        const auto credential = _world->credentialFor(operation);
        (void)_world->call(first, path, credential);
        return _world->call(second, path, credential).status;
    }

    std::unique_ptr<ApiWorld> _world;
    Findings _findings;
    bool _isPaced = false;
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeadLimitTest);
