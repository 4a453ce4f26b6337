// SPDX-License-Identifier: Apache-2.0
// Many users of one client key at once: no user gets another's account.
#include "../support/DaemonFixture.h"
#include "../support/People.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <vector>

using namespace central_oauth::test;

class UserIsolationTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(UserIsolationTest);
    CPPUNIT_TEST(testManyUsersAtOnce);
    CPPUNIT_TEST(testManyUsersAtOnceWhereTheSubjectIsRequired);
    CPPUNIT_TEST_SUITE_END();

    static constexpr int users = 50;

    struct User {
        std::string subject;
        std::string handle;
        std::string account;
        std::string accessToken;
    };

public:
    void setUp() override {
        DaemonFixture::setUp();
        for (int i = 0; i < users; ++i)
            addPerson(*_simulator, handleOf(i));
    }

    void testManyUsersAtOnce() { linkAndUseAll(_service->key(), false); }

    void testManyUsersAtOnceWhereTheSubjectIsRequired() {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        const auto added =
            _service->run({"client", "add", "strict", "--require-subject", "--writes-per-minute", "5000",
                           "--checks-per-minute", "5000"}); // many users within seconds
        CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
        const auto key = added.output.substr(0, added.output.find('\n'));
        _service->start();
        linkAndUseAll(key, true);
        const auto without = _service->post("/v1/tokens/resolve", key, R"({"subject":""})");
        CPPUNIT_ASSERT_EQUAL(400, without.status);
    }

private:
    static std::string handleOf(int number) { return "person-" + std::to_string(number); }

    void linkAndUseAll(const std::string& key, bool strict) {
        std::vector<std::future<User>> arrivals;
        for (int i = 0; i < users; ++i)
            arrivals.push_back(std::async(std::launch::async, [this, i, &key] { return arrive(i, key); }));
        std::vector<User> all;
        for (auto& arrival : arrivals)
            all.push_back(arrival.get());
        std::vector<std::future<void>> looks;
        for (int i = 0; i < users; ++i)
            looks.push_back(std::async(std::launch::async, [this, i, &all, &key, strict] {
                const auto mine = static_cast<std::size_t>(i);
                lookAround(all[mine], all[(mine + 1) % all.size()], key, strict);
            }));
        for (auto& look : looks)
            look.get();
    }

    // Takes a user to a token: resolve, link, approve, resolve; half of the clients poll as well.
    User arrive(int number, const std::string& key) const {
        User user{"user-" + std::to_string(number), handleOf(number), {}, {}};
        const auto first = resolve(user, key);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(first.body, 202, first.status);
        CPPUNIT_ASSERT_EQUAL(std::string("not_linked"), first.text("reason"));
        const auto link = linkIn(first);
        approveAs(*_service, *_simulator, user.handle, link);
        if (number % 2 == 0) {
            const auto delivered = _service->poll(link);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(delivered.body.substr(0, 200), 200, delivered.status);
            expectOwn(user, delivered);
        }
        const auto resolved = resolve(user, key);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(resolved.body.substr(0, 200), 200, resolved.status);
        expectOwn(user, resolved);
        user.account = resolved.text("account_id");
        user.accessToken = resolved.text("access_token");
        return user;
    }

    [[nodiscard]] HttpAnswer resolve(const User& user, const std::string& key) const {
        return _service->post("/v1/tokens/resolve", key,
                              R"({"on_behalf_of":"Ann","subject":")" + user.subject + "\"}");
    }

    // Asserts that the payload is this user's and, by asking upstream, that its token is, too.
    void expectOwn(const User& user, const HttpAnswer& payload) const {
        CPPUNIT_ASSERT_EQUAL(user.subject, payload.text("subject"));
        CPPUNIT_ASSERT_EQUAL(upstreamIdOf(user.handle), upstreamIdIn(payload));
        const auto me = callApi("GET", _simulator->url() + "/me", payload.text("access_token"));
        CPPUNIT_ASSERT_EQUAL(upstreamIdOf(user.handle), me.text("account_id"));
    }

    void lookAround(const User& me, const User& other, const std::string& key, bool strict) const {
        const auto own = at(me.subject, "GET", "/v1/tokens/" + me.account, key);
        CPPUNIT_ASSERT_EQUAL(200, own.status);
        CPPUNIT_ASSERT_EQUAL(me.accessToken, own.text("access_token"));
        CPPUNIT_ASSERT_EQUAL(200, at(me.subject, "GET", "/v1/accounts/" + me.account, key).status);

        for (const auto& [method, path, body, scope] : accountRoutes()) {
            const auto foreign = refusalText(at(me.subject, method, path(other.account), key, body));
            const auto unknown = refusalText(at(me.subject, method, path("acc_unknown"), key, body));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(method + path(":id"), unknown, foreign);
            CPPUNIT_ASSERT_EQUAL(std::string("404"), foreign.substr(0, 3));
            if (strict) {
                const auto nameless = refusalText(at({}, method, path(other.account), key, body));
                CPPUNIT_ASSERT_EQUAL(std::string("400"), nameless.substr(0, 3));
                CPPUNIT_ASSERT_EQUAL(nameless, refusalText(at({}, method, path("acc_unknown"), key, body)));
            }
        }
        const auto list = at(me.subject, "GET", "/v1/accounts", key).json()->getArray("items");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), list->size());
        CPPUNIT_ASSERT_EQUAL(me.account, list->getObject(0)->getValue<std::string>("account_id"));
    }

    [[nodiscard]] HttpAnswer at(const std::string& subject, const std::string& method,
                                const std::string& path, const std::string& key,
                                const std::string& body = {}) const {
        return callFor(subject, method, _service->url() + path, key, body);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UserIsolationTest);
