// SPDX-License-Identifier: Apache-2.0
// The rights of a grant token's holder.
#include "../support/DaemonFixture.h"
#include "../support/People.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace central_oauth::test;

class GrantTokenTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(GrantTokenTest);
    CPPUNIT_TEST(testHolderReadsRenamesAndRevokesItsAccount);
    CPPUNIT_TEST(testHolderReachesNoOtherAccount);
    CPPUNIT_TEST(testHolderLeavesAndTheAccountStays);
    CPPUNIT_TEST(testRemovedAndExpiredTokensAreRefused);
    CPPUNIT_TEST(testReplacementAndList);
    CPPUNIT_TEST(testSubjectBindsHoldersToo);
    CPPUNIT_TEST(testHoldersShareTheLimitsOfTheirClient);
    CPPUNIT_TEST(testOwnerEndsATokenWithItsSuccessors);
    CPPUNIT_TEST(testSuccessorsStayWhereAHolderReplacesItsToken);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        _ada = linkAs(*_service, *_simulator, _service->key(), "ada", R"({"subject":"ada"})");
        _grace = linkAs(*_service, *_simulator, _service->key(), "grace", R"({"subject":"grace"})");
    }

    void testHolderReadsRenamesAndRevokesItsAccount() {
        const auto holder = issue(_ada, "laptop").text("grant_token");
        const auto token = _service->get(tokenPath(_ada), holder);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(token.body.substr(0, 200), 200, token.status);
        CPPUNIT_ASSERT_EQUAL(_ada.text("access_token"), token.text("access_token"));
        const auto renamed = call("PATCH", accountPath(_ada), holder, R"({"label":"Ada's"})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(renamed.body, 200, renamed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("Ada's"), renamed.text("label"));
        const auto list = _service->get("/v1/accounts", holder).json()->getArray("items");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), list->size());
        const auto listed = list->getObject(0);
        CPPUNIT_ASSERT_EQUAL(_ada.text("account_id"), listed->getValue<std::string>("account_id"));
        CPPUNIT_ASSERT_MESSAGE("a holder's read is a use", !listed->isNull("last_used_at"));
        const auto removed = _service->remove(tokenPath(_ada), holder);
        CPPUNIT_ASSERT_EQUAL(std::string("deleted"), removed.text("local"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the token ends with its account", 401,
                                     _service->get("/v1/accounts", holder).status);
        CPPUNIT_ASSERT_EQUAL(404, _service->get(tokenPath(_ada), _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->get(tokenPath(_grace), _service->key()).status);
    }

    void testHolderReachesNoOtherAccount() {
        const auto holder = issue(_ada, "laptop").text("grant_token");
        const std::string other = _grace.text("account_id");
        for (const auto& [method, path, body] :
             {std::tuple("GET", "/v1/tokens/", ""), std::tuple("GET", "/v1/accounts/", ""),
              std::tuple("PATCH", "/v1/accounts/", R"({"label":"mine"})"),
              std::tuple("DELETE", "/v1/tokens/", "")}) {
            const auto foreign = call(method, path + other, holder, body);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 404, foreign.status);
            CPPUNIT_ASSERT_EQUAL(refusalText(call(method, path + std::string("acc_unknown"), holder, body)),
                                 refusalText(foreign));
        }
        for (const auto& [path, body] :
             {std::pair("/v1/link-code", "{}"), std::pair("/v1/tokens/resolve", R"({"subject":"ada"})"),
              std::pair("/v1/client/keys/rotate", "{}")})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 403, _service->post(path, holder, body).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->get(tokenPath(_grace), _service->key()).status);
    }

    void testHolderLeavesAndTheAccountStays() {
        const auto holder = issue(_ada, "laptop").text("grant_token");
        const auto left = _service->remove(tokenPath(_ada) + "?holder=current", holder);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(left.body, 200, left.status);
        CPPUNIT_ASSERT_EQUAL(std::string("holder_removed"), left.text("local"));
        CPPUNIT_ASSERT_EQUAL(std::string("skipped"), left.text("upstream"));
        CPPUNIT_ASSERT_EQUAL(401, _service->get(tokenPath(_ada), holder).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->get(tokenPath(_ada), _service->key()).status);
    }

    void testRemovedAndExpiredTokensAreRefused() {
        const auto removed = issue(_ada, "laptop");
        const auto idle = issue(_ada, "phone");
        const auto unknown = std::string("cog_") + std::string(61, 'A');
        const auto gone = _service->remove(grantsPath(_ada) + "/" + removed.text("id"), _service->key());
        CPPUNIT_ASSERT_EQUAL(std::string("removed"), gone.text("status"));
        _service->advanceClock(30 * 86'400);
        const auto refused = refusalText(_service->get(tokenPath(_ada), unknown));
        CPPUNIT_ASSERT_EQUAL(std::string("401"), refused.substr(0, 3));
        for (const auto& token : {removed, idle})
            CPPUNIT_ASSERT_EQUAL(refused,
                                 refusalText(_service->get(tokenPath(_ada), token.text("grant_token"))));
        CPPUNIT_ASSERT_EQUAL(
            404, _service->remove(grantsPath(_ada) + "/" + removed.text("id"), _service->key()).status);
    }

    void testReplacementAndList() {
        const auto old = issue(_ada, "laptop");
        _service->advanceClock(86'400);
        const auto fresh = _service->post(grantsPath(_ada), old.text("grant_token"), R"({"label":"new"})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(fresh.body, 201, fresh.status);
        const auto list = _service->get(grantsPath(_ada), fresh.text("grant_token"));
        const auto items = list.json()->getArray("items");
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), items->size());
        CPPUNIT_ASSERT_EQUAL(old.text("id"), items->getObject(0)->getValue<std::string>("id"));
        CPPUNIT_ASSERT_EQUAL(std::string("new"), items->getObject(1)->getValue<std::string>("label"));
        CPPUNIT_ASSERT(list.body.find("cog_") == std::string::npos);
        CPPUNIT_ASSERT(_service->completeLog().find(old.text("grant_token").substr(16)) == std::string::npos);
        for (int i = 0; i < 18; ++i)
            (void)issue(_ada, "machine");
        CPPUNIT_ASSERT_EQUAL(409, _service->post(grantsPath(_ada), _service->key(), "{}").status);
        for (const std::string body : {R"({"label":"a\nb"})", R"({"name":"x"})", R"({"label":7})"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(body, 400,
                                         _service->post(grantsPath(_grace), _service->key(), body).status);
    }

    void testSubjectBindsHoldersToo() {
        const auto holder = issue(_ada, "laptop").text("grant_token");
        const auto url = _service->url() + tokenPath(_ada);
        CPPUNIT_ASSERT_EQUAL(200, callFor("ada", "GET", url, holder).status);
        CPPUNIT_ASSERT_EQUAL(404, callFor("grace", "GET", url, holder).status);
    }

    void testHoldersShareTheLimitsOfTheirClient() {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        const auto key = _service->run({"client", "add", "low", "--writes-per-minute", "5"}).output;
        _service->start();
        const auto low = key.substr(0, key.find('\n'));
        const auto linked = linkAs(*_service, *_simulator, low, "ada");
        std::vector<std::string> holders;
        for (int i = 0; i < 4; ++i)
            holders.push_back(_service->post(grantsPath(linked), low, "{}").text("grant_token"));
        const auto change = [&](const std::string& bearer) {
            return call("PATCH", accountPath(linked), bearer, R"({"label":"x"})").status;
        };
        int changes = 0;
        for (const auto& holder : holders)
            for (int i = 0; i < 3; ++i)
                changes += change(holder) == 200 ? 1 : 0;
        CPPUNIT_ASSERT_EQUAL(5, changes);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the key has its own", 200, change(low));
    }

    void testOwnerEndsATokenWithItsSuccessors() {
        const auto parent = issue(_ada, "laptop");
        const auto child = successorOf(parent);
        const auto grandchild = successorOf(child);
        const auto other = issue(_ada, "phone");
        CPPUNIT_ASSERT_EQUAL(parent.text("id"), issuedBy(child));
        CPPUNIT_ASSERT_EQUAL(std::string(), issuedBy(parent));
        CPPUNIT_ASSERT_EQUAL(
            200, _service->remove(grantsPath(_ada) + "/" + parent.text("id"), _service->key()).status);
        for (const auto& ended : {parent, child, grandchild})
            CPPUNIT_ASSERT_EQUAL(401, _service->get(tokenPath(_ada), ended.text("grant_token")).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->get(tokenPath(_ada), other.text("grant_token")).status);
        CPPUNIT_ASSERT(_service->completeLog().find(child.text("id") + ", descended from " +
                                                    parent.text("id")) != std::string::npos);
    }

    void testSuccessorsStayWhereAHolderReplacesItsToken() {
        const auto first = issue(_ada, "laptop");
        const auto second = successorOf(first);
        const auto third = successorOf(second);
        CPPUNIT_ASSERT_EQUAL(
            200,
            _service->remove(grantsPath(_ada) + "/" + second.text("id"), second.text("grant_token")).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->get(tokenPath(_ada), third.text("grant_token")).status);
        CPPUNIT_ASSERT_EQUAL(first.text("id"), issuedBy(third));
        CPPUNIT_ASSERT_EQUAL(
            200, _service->remove(grantsPath(_ada) + "/" + first.text("id"), _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(401, _service->get(tokenPath(_ada), third.text("grant_token")).status);
    }

private:
    [[nodiscard]] HttpAnswer successorOf(const HttpAnswer& token) const {
        auto issued = _service->post(grantsPath(_ada), token.text("grant_token"), "{}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(issued.body, 201, issued.status);
        return issued;
    }

    [[nodiscard]] std::string issuedBy(const HttpAnswer& token) const {
        const auto items = _service->get(grantsPath(_ada), _service->key()).json()->getArray("items");
        for (unsigned int i = 0; i < items->size(); ++i)
            if (const auto item = items->getObject(i); item->getValue<std::string>("id") == token.text("id"))
                return item->isNull("issued_by") ? std::string() : item->getValue<std::string>("issued_by");
        return "not listed";
    }

    static std::string tokenPath(const HttpAnswer& linked) {
        return "/v1/tokens/" + linked.text("account_id");
    }
    static std::string accountPath(const HttpAnswer& linked) {
        return "/v1/accounts/" + linked.text("account_id");
    }
    static std::string grantsPath(const HttpAnswer& linked) { return accountPath(linked) + "/grant-tokens"; }

    [[nodiscard]] HttpAnswer call(const std::string& method, const std::string& path,
                                  const std::string& bearer, const std::string& body) const {
        return callApi(method, _service->url() + path, bearer, body);
    }
    [[nodiscard]] HttpAnswer issue(const HttpAnswer& linked, const std::string& label) const {
        auto issued = _service->post(grantsPath(linked), _service->key(), R"({"label":")" + label + "\"}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(issued.body, 201, issued.status);
        return issued;
    }

    HttpAnswer _ada;
    HttpAnswer _grace;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantTokenTest);
