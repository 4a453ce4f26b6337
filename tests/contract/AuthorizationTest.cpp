// SPDX-License-Identifier: Apache-2.0
// Every operation of the API with every kind of credential. The expected answers follow from `security` and
// `x-scope` in docs/openapi.json alone.
#include "ApiWorld.h"
#include "Findings.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

namespace {

/// The credential of one request of the matrix.
struct Presented {
    std::string name;
    std::string kind; ///< a security scheme; empty: a credential that this service did not issue
    std::vector<std::string> scopes{}; ///< scopes of a client key
    bool isOwn = true;                 ///< true if the credential reaches the record in the path
    std::string text{};
};

const std::vector<std::string> everyScope{"link", "token", "revoke", "accounts"};

std::string broken(std::string credential) {
    credential.back() = credential.back() == 'A' ? 'B' : 'A';
    return credential;
}

} // namespace

class AuthorizationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthorizationTest);
    CPPUNIT_TEST(testNoCredential);
    CPPUNIT_TEST(testForeignCredentials);
    CPPUNIT_TEST(testKeyOfTheClient);
    CPPUNIT_TEST(testKeysOfOneScope);
    CPPUNIT_TEST(testKeyOfAnotherClient);
    CPPUNIT_TEST(testLinkSecrets);
    CPPUNIT_TEST(testGrantTokens);
    CPPUNIT_TEST(testTwoCredentials);
    CPPUNIT_TEST(testPagesAskForNone);
    CPPUNIT_TEST(testRecordsOfOthersLookUnknown);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _world = std::make_unique<ApiWorld>(); }
    void tearDown() override { _world.reset(); }

    void testNoCredential() {
        forEachOperation([&](const ApiOperation& operation) {
            const auto answer = tried(operation, {"no credential", ""});
            if (!operation.credentials.empty() && !operation.isLater)
                _findings.expect(answer.header("WWW-Authenticate") == "Bearer", operation.name());
        });
        _findings.assertNone(20);
    }

    void testForeignCredentials() {
        const auto grantToken = _world->grantToken(_world->account()).text;
        const std::vector<Presented> all{
            {"nonsense", "", {}, true, "nonsense"},
            {"a broken client key", "", {}, true, broken(_world->key())},
            {"a broken link secret", "", {}, true, broken(_world->link().secret)},
            {"a broken grant token", "", {}, true, broken(grantToken)},
            {"the prefix of a key", "", {}, true, "cok_"},
            {"upstream's access token", "", {}, true, _world->accessToken()},
            {"a JSON web token", "", {}, true, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ."}};
        forEachOperation([&](const ApiOperation& operation) {
            for (const auto& presented : all)
                (void)tried(operation, presented);
        });
        _findings.assertNone(100);
    }

    void testKeyOfTheClient() {
        forEachOperation([&](const ApiOperation& operation) {
            (void)tried(operation, {"the client's key", "clientKey", everyScope, true, _world->key()});
        });
        _findings.assertNone(20);
    }

    void testKeysOfOneScope() {
        for (const auto& scope : everyScope)
            forEachOperation([&](const ApiOperation& operation) {
                (void)tried(operation, {"a key with the scope " + scope + " only",
                                        "clientKey",
                                        {scope},
                                        true,
                                        _world->keyWithScope(scope)});
            });
        _findings.assertNone(80);
    }

    void testKeyOfAnotherClient() {
        forEachOperation([&](const ApiOperation& operation) {
            (void)tried(operation,
                        {"another client's key", "clientKey", everyScope, false, _world->otherKey()});
        });
        _findings.assertNone(20);
    }

    void testLinkSecrets() {
        const auto other = _world->service().createLink(R"({"subject":"other link"})");
        forEachOperation([&](const ApiOperation& operation) {
            (void)tried(operation, {"another link's secret", "linkSecret", {}, false, other.secret});
            (void)tried(operation, {"the link's secret", "linkSecret", {}, true, _world->link().secret});
        });
        _findings.assertNone(40);
    }

    void testGrantTokens() {
        const auto other = _world->grantToken(_world->secondAccount()).text;
        forEachOperation([&](const ApiOperation& operation) {
            (void)tried(operation, {"another account's grant token", "grantToken", {}, false, other});
            (void)tried(operation, {"the account's grant token",
                                    "grantToken",
                                    {},
                                    true,
                                    _world->grantToken(_world->account()).text});
        });
        _findings.assertNone(40);
    }

    // A map of headers can't hold two fields of one name; two credentials in one field are invalid.
    void testTwoCredentials() {
        forEachOperation([&](const ApiOperation& operation) {
            (void)tried(operation,
                        {"two credentials", "", {}, true, _world->key() + ", Bearer " + _world->key()});
            (void)tried(operation, {"two credentials", "", {}, true, _world->key() + " " + _world->key()});
        });
        _findings.assertNone(40);
    }

    // A page's answer does not depend on Authorization.
    void testPagesAskForNone() {
        for (const auto& operation : ApiDescription::get().operations()) {
            if (operation.isApi() || operation.hasForeignQuery)
                continue;
            _findings.run(operation.name(), [&] {
                const auto path = _world->pathOf(operation);
                const auto without = _world->call(operation.method, path, {});
                for (const auto& credential : {_world->key(), _world->link().secret, std::string("nonsense")})
                    _findings.expectStatus(without.status,
                                           _world->call(operation.method, path, credential).status,
                                           operation.name());
            });
        }
        _findings.assertNone(20);
    }

    // Unknown records and records of others get the same answer, except for id and time.
    void testRecordsOfOthersLookUnknown() {
        const auto foreignCode = _world->service().createLink(R"({"subject":"foreign"})").code;
        const auto foreignHolder = _world->grantToken(_world->secondAccount());
        forEachOperation([&](const ApiOperation& operation) {
            if (operation.isLater || operation.path.find("_id}") == std::string::npos)
                return;
            const auto unknown = operation.pathWith("acc_AAAAAAAAAAAAAAAAAAAAAA");
            alike(operation, _world->pathOf(operation), unknown, _world->otherKey(), "another client");
            alike(operation, _world->pathOf(operation), unknown, foreignHolder.text, "another grant token");
            alike(operation, _world->pathOf(operation), unknown, _world->key(), "another subject",
                  {{"Subject", "somebody else"}});
            if (operation.path.find("{grant_token_id}") != std::string::npos) {
                const auto stem = "/v1/accounts/" + _world->account() + "/grant-tokens/";
                alike(operation, stem + foreignHolder.id, stem + "AAAAAAAAAAAA", _world->key(),
                      "another account's grant token");
            }
        });
        forEachOperation([&](const ApiOperation& operation) {
            if (!operation.isLater && operation.path.find("{link_code}") != std::string::npos)
                alike(operation, operation.pathWith(foreignCode), operation.pathWith("000000000000"),
                      _world->link().secret, "another link");
        });
        _findings.assertNone(20);
    }

private:
    template <class Visit>
    void forEachOperation(const Visit& visit) {
        for (const auto& operation : ApiDescription::get().operations())
            if (operation.isApi())
                _findings.run(operation.name(), [&] { visit(operation); });
    }

    static bool names(const ApiOperation& operation) { return operation.hasPathParameters(); }

    // Returns the expected statuses; 200 stands for every success.
    static std::vector<int> expected(const ApiOperation& operation, const Presented& presented) {
        constexpr int success = 200;
        if (operation.isLater)
            return {501};
        if (operation.credentials.empty())
            return {success};
        if (presented.kind.empty())
            return {401};
        // A credential of another kind may be refused in more than one way.
        if (!operation.takes(presented.kind))
            return {401, 403, 404};
        if (presented.kind == "clientKey") {
            for (const auto& scope : operation.scopes)
                if (std::find(presented.scopes.begin(), presented.scopes.end(), scope) ==
                    presented.scopes.end())
                    return {403};
        }
        if (!presented.isOwn && names(operation))
            return {404};
        return {success};
    }

    // Checks one cell of the matrix.
    HttpAnswer tried(const ApiOperation& operation, const Presented& presented) {
        const auto body = operation.body ? textOf(bodyOf(operation)) : std::string();
        // A client key polls links that were made with a challenge, together with their verifier.
        const bool withVerifier = presented.kind == "clientKey" && operation.takes("linkSecret");
        const auto path =
            withVerifier ? operation.pathWith(_world->verifiedLinkCode()) : _world->pathOf(operation);
        std::map<std::string, std::string> headers;
        if (withVerifier)
            headers["Link-Verifier"] = ApiWorld::linkVerifier;
        const auto answer =
            _world->call(operation.method, path, presented.text, body, {"application/json", headers});
        const bool isSuccess = answer.status >= 200 && answer.status < 300;
        const auto wanted = expected(operation, presented);
        const int got = isSuccess ? 200 : answer.status;
        _findings.expect(std::find(wanted.begin(), wanted.end(), got) != wanted.end(),
                         operation.name() + " with " + presented.name + ": " +
                             std::to_string(wanted.front()) + " expected, got " +
                             std::to_string(answer.status) + (isSuccess ? "" : " " + answer.text("error")));
        if (isSuccess)
            _world->forgetWhatIsGone(operation);
        return answer;
    }

    // A new subject each time: one subject may have few open links.
    Poco::JSON::Object::Ptr bodyOf(const ApiOperation& operation) {
        auto body = sampleBody(operation.body);
        if (operation.body->getObject("properties")->has("subject"))
            body->set("subject", _world->freshSubject());
        return body;
    }

    void alike(const ApiOperation& operation, const std::string& foreign, const std::string& unknown,
               const std::string& credential, const std::string& who,
               const std::map<std::string, std::string>& headers = {}) {
        if (!operation.takes("clientKey") && !operation.takes("grantToken"))
            return;
        const auto body = operation.body ? textOf(bodyOf(operation)) : std::string();
        const auto ask = [&](const std::string& path) {
            return _world->call(operation.method, path, credential, body, {"application/json", headers});
        };
        const auto one = ask(foreign);
        const auto other = ask(unknown);
        _findings.expectStatus(404, one.status, operation.name() + " by " + who);
        _findings.expect(comparable(one) == comparable(other),
                         operation.name() + " by " + who + " tells the foreign from the unknown");
    }

    // Returns the parts of an answer that do not differ from request to request.
    static std::string comparable(const HttpAnswer& answer) {
        auto text = std::to_string(answer.status);
        for (const auto& [name, value] : answer.headers)
            if (name != "X-Request-ID" && name != "Date")
                text += "\n" + name + ": " + value;
        auto body = answer.body;
        const auto id = answer.header("X-Request-ID");
        const auto at = body.find(id);
        return text + "\n" + (at == std::string::npos ? body : body.erase(at, id.size()));
    }

    std::unique_ptr<ApiWorld> _world;
    Findings _findings;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthorizationTest);
