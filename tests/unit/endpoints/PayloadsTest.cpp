// SPDX-License-Identifier: Apache-2.0
// The API's objects, member by member.
#include "central_oauth/endpoints/Payloads.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/services/grants/AccountProblem.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <Poco/JSON/Parser.h>

using namespace central_oauth;
using namespace central_oauth::endpoints;
using namespace std::chrono_literals;
using Poco::JSON::Object;

namespace {

constexpr std::chrono::seconds year = 365 * 24h;

} // namespace

class PayloadsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PayloadsTest);
    CPPUNIT_TEST(testTokenPayload);
    CPPUNIT_TEST(testTokenPayloadOfAnotherSite);
    CPPUNIT_TEST(testTokenPayloadWithoutSites);
    CPPUNIT_TEST(testHiddenEmailIsLeftOut);
    CPPUNIT_TEST(testPastTokenHasNoTimeLeft);
    CPPUNIT_TEST(testStoredAddressIsNeverServed);
    CPPUNIT_TEST(testAccountPayload);
    CPPUNIT_TEST(testAccountPayloadOfADeadGrant);
    CPPUNIT_TEST(testAccountPayloadHoldsNoToken);
    CPPUNIT_TEST(testIdleExpiryFollowsTheLastRefresh);
    CPPUNIT_TEST(testProblemInPlainWords);
    CPPUNIT_TEST(testRelinkBody);
    CPPUNIT_TEST(testRelinkAsksForWhatIsStillOffered);
    CPPUNIT_TEST(testHostileTextsStayTexts);
    CPPUNIT_TEST(testAnswerIsJson);
    CPPUNIT_TEST_SUITE_END();

public:
    void testTokenPayload() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"account_id":"acc_1","provider":"jira","subject":"user-7",)"
                        R"("upstream":{"id":"person-1","display_name":"Ann","email":"ann@example.com"},)"
                        R"("access_token":"access-1","token_type":"Bearer","expires_in":90,)"
                        R"("valid_until":"2023-11-14T22:14:50Z","token_version":3,)"
                        R"("scope":"read:jira-work offline_access",)"
                        R"("site":{"cloud_id":"a-1","name":"Alpha","url":"https://alpha.example"},)"
                        R"("products":{"jira":{"api_base_url":"https://api.example/a-1"}},)"
                        R"("sites":[{"cloud_id":"a-1","name":"Alpha","url":"https://alpha.example",)"
                        R"("products":{"jira":{"api_base_url":"https://api.example/a-1"}}},)"
                        R"({"cloud_id":"b-2","name":"Beta","url":"https://beta.example","products":{}}]})"),
            textOf(tokenPayload(account(), tokens(), &located(), now)));
    }

    void testStoredAddressIsNeverServed() {
        const auto bare = providerThatForgetsAfter(0s);
        for (const auto& text : {textOf(tokenPayload(account(), tokens(), &located(), now)),
                                 textOf(tokenPayload(account(), tokens(), &bare, now)),
                                 textOf(tokenPayload(account(), tokens(), nullptr, now)),
                                 textOf(accountPayload(account(), &located(), year))})
            CPPUNIT_ASSERT_MESSAGE(text, text.find("thief.example") == std::string::npos);
        auto odd = account();
        odd.sites.front().products = {"unknown"};
        CPPUNIT_ASSERT_EQUAL(
            std::size_t(0),
            parsed(tokenPayload(odd, tokens(), &located(), now))->getObject("products")->size());
    }

    void testTokenPayloadOfAnotherSite() {
        auto elsewhere = account();
        elsewhere.chosenSite = "b-2";
        const auto payload = parsed(tokenPayload(elsewhere, tokens(), &located(), now));
        CPPUNIT_ASSERT_EQUAL(std::string("b-2"),
                             payload->getObject("site")->getValue<std::string>("cloud_id"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), payload->getObject("products")->size());
    }

    void testTokenPayloadWithoutSites() {
        auto bare = account();
        bare.sites.clear();
        bare.chosenSite.clear();
        const auto payload = parsed(tokenPayload(bare, tokens(), &located(), now));
        CPPUNIT_ASSERT(payload->has("site") && payload->isNull("site"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), payload->getObject("products")->size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), payload->getArray("sites")->size());
        bare = account();
        bare.chosenSite = "gone";
        CPPUNIT_ASSERT(parsed(tokenPayload(bare, tokens(), &located(), now))->isNull("site"));
    }

    void testHiddenEmailIsLeftOut() {
        auto shy = account();
        shy.identity.email.clear();
        CPPUNIT_ASSERT(
            !parsed(tokenPayload(shy, tokens(), &located(), now))->getObject("upstream")->has("email"));
    }

    void testPastTokenHasNoTimeLeft() {
        for (const auto passed : {90s, 91s, 100'000s})
            CPPUNIT_ASSERT_EQUAL(0, parsed(tokenPayload(account(), tokens(), &located(), now + passed))
                                        ->getValue<int>("expires_in"));
    }

    void testAccountPayload() {
        const auto provider = providerThatForgetsAfter(0s);
        const auto payload = parsed(accountPayload(account(), &provider, year));
        CPPUNIT_ASSERT_EQUAL(std::string("active"), payload->getValue<std::string>("status"));
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), payload->getValue<std::string>("label"));
        CPPUNIT_ASSERT(payload->has("problem") && payload->isNull("problem"));
        for (const std::string absent : {"reason", "since", "explanation"})
            CPPUNIT_ASSERT_MESSAGE(absent, !payload->has(absent));
        CPPUNIT_ASSERT_EQUAL(std::string("2023-11-14T22:13:20Z"),
                             payload->getValue<std::string>("linked_at"));
        CPPUNIT_ASSERT_EQUAL(std::string("2024-11-13T22:13:20Z"),
                             payload->getValue<std::string>("relink_by"));
        for (const std::string null : {"last_refresh_at", "last_used_at", "idle_expires_at"})
            CPPUNIT_ASSERT_MESSAGE(null, payload->has(null) && payload->isNull(null));
        CPPUNIT_ASSERT_EQUAL(3, payload->getValue<int>("token_version"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), payload->getArray("sites")->size());
    }

    void testAccountPayloadOfADeadGrant() {
        auto dead = account();
        dead.status = domain::AccountStatus::needsReauth;
        dead.reason = "revoked_or_expired";
        dead.since = now + 60s;
        const auto provider = providerThatForgetsAfter(24h);
        const auto payload = parsed(accountPayload(dead, &provider, year));
        CPPUNIT_ASSERT_EQUAL(std::string("needs_reauth"), payload->getValue<std::string>("status"));
        CPPUNIT_ASSERT_EQUAL(std::string("revoked_or_expired"), payload->getValue<std::string>("reason"));
        CPPUNIT_ASSERT_EQUAL(std::string("2023-11-14T22:14:20Z"), payload->getValue<std::string>("since"));
        CPPUNIT_ASSERT_EQUAL(services::problemWords("revoked_or_expired"),
                             payload->getValue<std::string>("explanation"));
        CPPUNIT_ASSERT_EQUAL(std::string("revoked_or_expired"),
                             payload->getObject("problem")->getValue<std::string>("code"));
        for (const std::string end : {"idle_expires_at", "relink_by"})
            CPPUNIT_ASSERT_MESSAGE("what is dead does not expire", payload->isNull(end));
    }

    void testAccountPayloadHoldsNoToken() {
        const auto text = textOf(accountPayload(account(), nullptr, year));
        for (const std::string word : {"access_token", "refresh_token", "token_type"})
            CPPUNIT_ASSERT_MESSAGE(word, text.find("\"" + word) == std::string::npos);
    }

    void testIdleExpiryFollowsTheLastRefresh() {
        const auto provider = providerThatForgetsAfter(24h);
        auto one = account();
        CPPUNIT_ASSERT_EQUAL(
            std::string("2023-11-15T22:13:20Z"),
            parsed(accountPayload(one, &provider, year))->getValue<std::string>("idle_expires_at"));
        one.lastRefreshAt = now + 60s;
        CPPUNIT_ASSERT_EQUAL(
            std::string("2023-11-15T22:14:20Z"),
            parsed(accountPayload(one, &provider, year))->getValue<std::string>("idle_expires_at"));
        const auto patient = providerThatForgetsAfter(0s);
        CPPUNIT_ASSERT(parsed(accountPayload(one, &patient, year))->isNull("idle_expires_at"));
    }

    void testRelinkBody() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"provider":"jira","subject":"user-7","site":"a-1","account_id":"acc_1"})"),
            textOf(relinkBody(account(), nullptr)));
        auto bare = account();
        bare.subject.clear();
        bare.chosenSite.clear();
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"provider":"jira","account_id":"acc_1"})"),
                             textOf(relinkBody(bare, nullptr)));
    }

    void testRelinkAsksForWhatIsStillOffered() {
        auto wanting = account();
        wanting.requiredScopes = {"read:jira-work", "read:me"};
        CPPUNIT_ASSERT(textOf(relinkBody(wanting, nullptr))
                           .ends_with(R"("required_scopes":["read:jira-work","read:me"]})"));
        auto provider = providerThatForgetsAfter(0s);
        provider.scopes = {"read:jira-work", "offline_access"};
        CPPUNIT_ASSERT(textOf(relinkBody(wanting, &provider))
                           .ends_with(R"("account_id":"acc_1","required_scopes":["read:jira-work"]})"));
        provider.scopes = {"write:jira-work"};
        CPPUNIT_ASSERT(!parsed(relinkBody(wanting, &provider))->has("required_scopes"));
    }

    void testProblemInPlainWords() {
        const auto provider = providerThatForgetsAfter(0s);
        auto failing = account();
        failing.problem = "transient";
        failing.problemSince = now + 60s;
        const auto problem = parsed(accountPayload(failing, &provider, year))->getObject("problem");
        CPPUNIT_ASSERT_EQUAL(std::size_t(5), problem->size());
        CPPUNIT_ASSERT_EQUAL(std::string("transient"), problem->getValue<std::string>("code"));
        CPPUNIT_ASSERT_EQUAL(std::string("2023-11-14T22:14:20Z"), problem->getValue<std::string>("since"));
        CPPUNIT_ASSERT_EQUAL(std::string("atlassian"), problem->getValue<std::string>("who"));
        for (const std::string text : {"what", "how"})
            CPPUNIT_ASSERT_MESSAGE(text, problem->getValue<std::string>(text).size() > 10);
        const auto removed = parsed(accountPayload(account(), nullptr, year))->getObject("problem");
        CPPUNIT_ASSERT_EQUAL(std::string("provider_removed"), removed->getValue<std::string>("code"));
        CPPUNIT_ASSERT(removed->has("since") && removed->isNull("since"));
    }

    void testHostileTextsStayTexts() {
        const std::string hostile = "\"},\"access_token\":\"forged\"\\\n\x1b[2J\x7f </script> \xe2\x80\xa8";
        auto odd = account();
        odd.identity.displayName = hostile;
        odd.subject = hostile;
        odd.sites.front().name = hostile;
        const auto text = textOf(tokenPayload(odd, tokens(), &located(), now));
        CPPUNIT_ASSERT(text.find('\n') == std::string::npos);
        CPPUNIT_ASSERT(text.find('\x1b') == std::string::npos);
        const auto payload = parsed(tokenPayload(odd, tokens(), &located(), now));
        CPPUNIT_ASSERT_EQUAL(hostile, payload->getValue<std::string>("subject"));
        CPPUNIT_ASSERT_EQUAL(hostile, payload->getObject("upstream")->getValue<std::string>("display_name"));
        CPPUNIT_ASSERT_EQUAL(hostile, payload->getObject("site")->getValue<std::string>("name"));
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), payload->getValue<std::string>("access_token"));
    }

    void testAnswerIsJson() {
        JsonObject object;
        object.set("z", 1);
        object.set("a", 2);
        const auto answer = jsonAnswer(201, object);
        CPPUNIT_ASSERT_EQUAL(201, answer.status());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"z":1,"a":2})"), answer.body());
        CPPUNIT_ASSERT_EQUAL(std::string("application/json"), answer.contentType());
    }

private:
    static constexpr base::Timestamp now{1'700'000'000s};

    static domain::Account account() {
        domain::Account account;
        account.id = base::AccountId("acc_1");
        account.provider = "jira";
        account.subject = "user-7";
        account.identity = {"person-1", "Ann", "ann@example.com"};
        account.label = "laptop";
        account.sites = {{"a-1", "Alpha", "https://alpha.example", {"jira"}},
                         {"b-2", "Beta", "https://beta.example", {}}};
        account.chosenSite = "a-1";
        account.scopes = {"read:jira-work", "offline_access"};
        account.linkedAt = now;
        account.tokenVersion = 3;
        return account;
    }

    static domain::Tokens tokens() {
        domain::Tokens tokens;
        tokens.accessToken = provider::Secret("access-1");
        tokens.accessExpiresAt = now + 90s;
        tokens.version = 3;
        return tokens;
    }

    static services::ConfiguredProvider providerThatForgetsAfter(std::chrono::seconds idle) {
        services::ConfiguredProvider provider;
        provider.name = "jira";
        provider.properties.idleLifetime = idle;
        return provider;
    }

    // A provider that knows the address of the product jira.
    class Located final : public provider::Provider, public provider::ProductLocator {
    public:
        [[nodiscard]] provider::Properties properties() const override { return {}; }
        [[nodiscard]] std::string authorizationUrl(const provider::AuthorizationRequest&) const override {
            return {};
        }
        [[nodiscard]] provider::TokenSet exchange(const provider::CodeExchange&,
                                                  const provider::Call&) const override {
            return {};
        }
        [[nodiscard]] provider::TokenSet refresh(const provider::Secret&,
                                                 const provider::Call&) const override {
            return {};
        }
        [[nodiscard]] const void* extension(std::string_view id) const noexcept override {
            return id == extensionId ? static_cast<const provider::ProductLocator*>(this) : nullptr;
        }
        [[nodiscard]] std::string apiBaseUrl(std::string_view product,
                                             std::string_view siteId) const override {
            return product == "jira" ? "https://api.example/" + std::string(siteId) : std::string();
        }
    };

    static const services::ConfiguredProvider& located() {
        static const Located plugin;
        static const services::ConfiguredProvider provider = [] {
            services::ConfiguredProvider configured;
            configured.name = "jira";
            configured.plugin = &plugin;
            return configured;
        }();
        return provider;
    }

    // Parses the object as a client does.
    static std::string textOf(const JsonObject& object) { return object.text(); }
    static Object::Ptr parsed(const JsonObject& object) {
        return Poco::JSON::Parser().parse(object.text()).extract<Object::Ptr>();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PayloadsTest);
