// SPDX-License-Identifier: Apache-2.0
// `x-limit` in docs/openapi.json names the limit that an operation counts against; every operation but GET
// has one. Beyond the limit a request is refused before any look-up, even for an unknown account.
#include "ApiWorld.h"
#include "Findings.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>

#include <Poco/String.h>

using namespace central_oauth::test;

class ClientLimitTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientLimitTest);
    CPPUNIT_TEST(testEveryChangeNamesItsLimit);
    CPPUNIT_TEST(testSecondRequestOfAMinuteIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _world = std::make_unique<ApiWorld>(); }
    void tearDown() override { _world.reset(); }

    void testEveryChangeNamesItsLimit() {
        static const std::set<std::string> known{"links", "writes", "checks", "none"};
        for (const auto& operation : ApiDescription::get().operations())
            if (operation.takes("clientKey") && !operation.isLater)
                _findings.expect(operation.method == "GET" ? limitOf(operation).empty()
                                                           : known.contains(limitOf(operation)),
                                 operation.name() + ": x-limit is \"" + limitOf(operation) + "\"");
        _findings.assertNone(15);
    }

    void testSecondRequestOfAMinuteIsRefused() {
        const auto key = addSlowClient();
        for (const auto& operation : ApiDescription::get().operations()) {
            if (!operation.takes("clientKey") || operation.isLater)
                continue;
            _findings.run(operation.name(), [&] {
                const bool isLimited = limitOf(operation) == "writes" || limitOf(operation) == "checks";
                const auto path = operation.pathWith("acc_AAAAAAAAAAAAAAAAAAAAAA");
                const auto body = operation.body ? textOf(sampleBody(operation.body)) : std::string();
                const auto ask = [&] { return _world->call(operation.method, path, key, body); };
                const auto first = ask();
                _findings.expect(first.status != 429, operation.name() + ": the first one is refused");
                const auto second = ask();
                _findings.expect((second.status == 429) == isLimited,
                                 operation.name() + ": the second one is " + std::to_string(second.status));
                if (second.status == 429) {
                    _findings.expect(second.text("error") == "rate_limited", operation.name());
                    _findings.expect(!second.header("Retry-After").empty(), operation.name());
                }
                _world->service().advanceClock(60);
            });
        }
        _findings.assertNone(30);
    }

private:
    static std::string limitOf(const ApiOperation& operation) {
        const auto paths = ApiDescription::get().document()->getObject("paths");
        return paths->getObject(operation.path)
            ->getObject(Poco::toLower(operation.method))
            ->optValue<std::string>("x-limit", {});
    }

    std::string addSlowClient() {
        auto& service = _world->service();
        (void)service.stop();
        const auto added = service.run(
            {"client", "add", "slow client", "--writes-per-minute", "1", "--checks-per-minute", "1"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
        service.start();
        return added.output.substr(0, added.output.find('\n'));
    }

    std::unique_ptr<ApiWorld> _world;
    Findings _findings;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientLimitTest);
