// SPDX-License-Identifier: Apache-2.0
// Every route about an account with every credential: all that don't open the account get one and the same
// refusal.
#include "../support/DaemonFixture.h"
#include "../support/People.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace central_oauth::test;

class AccountMatrixTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(AccountMatrixTest);
    CPPUNIT_TEST(testOthersFindNoAccount);
    CPPUNIT_TEST(testInvalidCredentialsAreRefused);
    CPPUNIT_TEST(testKeysWithoutTheScope);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _otherKey = _service->addClient("other server");
        for (const std::string scope : {"token", "accounts", "revoke", "link"})
            _keyOf[scope] = _service->addClient("only " + scope, scope);
        _service->start();
        _ada = linkAs(*_service, *_simulator, _service->key(), "ada", R"({"subject":"ada"})");
        _id = _ada.text("account_id");
        _before = account();
    }

    void testOthersFindNoAccount() {
        const auto others = linkAs(*_service, *_simulator, _otherKey, "grace");
        const auto holder =
            _service->post("/v1/accounts/" + others.text("account_id") + "/grant-tokens", _otherKey, "{}")
                .text("grant_token");
        for (const auto& [subject, credential] :
             {std::pair(std::string(), _otherKey), std::pair(std::string(), holder),
              std::pair(std::string("grace"), _service->key()), std::pair(std::string("ada"), _otherKey)}) {
            for (const auto& route : accountRoutes()) {
                const auto met = refusalText(call(route, _id, credential, subject));
                const auto unknown = refusalText(call(route, "acc_unknown", credential, subject));
                CPPUNIT_ASSERT_EQUAL_MESSAGE(route.method + route.path(":id"), unknown, met);
                CPPUNIT_ASSERT_EQUAL(std::string("404"), met.substr(0, 3));
            }
        }
        expectUntouched();
    }

    void testInvalidCredentialsAreRefused() {
        const auto link = _service->createLink(R"({"subject":"ada"})");
        for (const std::string& credential :
             {std::string(), link.secret, _ada.text("access_token"),
              std::string("cok_") + std::string(61, 'A'), std::string("cog_") + std::string(61, 'A'),
              _service->key() + "A"}) {
            for (const auto& route : accountRoutes()) {
                const auto answer = call(route, _id, credential, {});
                // A source with too many failures is refused for that first.
                CPPUNIT_ASSERT_MESSAGE(route.method + route.path(":id") + answer.body,
                                       answer.status == 401 || answer.status == 429);
            }
        }
        expectUntouched();
    }

    void testKeysWithoutTheScope() {
        for (const auto& [scope, key] : _keyOf) {
            for (const auto& route : accountRoutes()) {
                const auto answer = call(route, _id, key, {});
                CPPUNIT_ASSERT_EQUAL_MESSAGE(scope + ": " + route.method + route.path(":id"),
                                             scope == route.scope ? 404 : 403, answer.status);
            }
        }
        expectUntouched();
    }

private:
    [[nodiscard]] HttpAnswer call(const AccountRoute& route, const std::string& id,
                                  const std::string& credential, const std::string& subject) const {
        return callFor(subject, route.method, _service->url() + route.path(id), credential, route.body);
    }
    [[nodiscard]] std::string account() const {
        return _service->get("/v1/accounts/" + _id, _service->key()).body;
    }
    // A refused call has changed nothing, and the allowed one still works.
    void expectUntouched() {
        CPPUNIT_ASSERT_EQUAL(0, _simulator->tokenCalls("refresh_token"));
        CPPUNIT_ASSERT_EQUAL(_before, account());
    }

    std::string _otherKey;
    std::map<std::string, std::string> _keyOf; ///< by the key's only scope
    HttpAnswer _ada;
    std::string _id;
    std::string _before;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountMatrixTest);
