// SPDX-License-Identifier: Apache-2.0
// A daemon with something behind every route: what requests generated from the description are sent to.
#pragma once

#include "../support/ApiDescription.h"
#include "../support/ServiceUnderTest.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <Poco/Dynamic/Var.h>

namespace central_oauth::test {

/// Simulator, daemon, a client with every scope, another client, accounts, links and grant tokens.
///
/// Each request comes from an address of its own, so that no limit of failed attempts is met. What a request
/// has used up is made anew when it is next asked for. Threads: used by one.
class ApiWorld {
public:
    /// `settings` are added to the daemon's environment.
    explicit ApiWorld(const ChildProcess::Environment& settings = {});

    [[nodiscard]] ServiceUnderTest& service() { return *_service; }
    [[nodiscard]] const Simulator& simulator() const { return *_simulator; }
    [[nodiscard]] const std::string& key() const { return _service->key(); }
    /// Of another client, with every scope.
    [[nodiscard]] const std::string& otherKey() const { return _otherKey; }
    /// Of the first client, with that scope only.
    [[nodiscard]] const std::string& keyWithScope(const std::string& scope) const {
        return _scopedKeys.at(scope);
    }

    struct Extras {
        std::string contentType = "application/json"; ///< sent with a body
        std::map<std::string, std::string> headers{};
    };
    /// One request; `path` with its query.
    [[nodiscard]] HttpAnswer call(const std::string& method, const std::string& path,
                                  const std::string& bearer, const std::string& body = {}) {
        return call(method, path, bearer, body, Extras());
    }
    [[nodiscard]] HttpAnswer call(const std::string& method, const std::string& path,
                                  const std::string& bearer, const std::string& body, const Extras& extras);

    /// An account of the first client, for a subject that nobody else has.
    [[nodiscard]] const std::string& account();
    /// Another one.
    [[nodiscard]] const std::string& secondAccount();
    /// A link of the first client that nobody has approved.
    [[nodiscard]] const TestLink& link();
    /// Makes the next `link()` another one.
    void forgetLink() { _link.reset(); }
    /// A link of the first client that is polled with its key and `linkVerifier`.
    [[nodiscard]] const std::string& verifiedLinkCode();
    /// Verifier of RFC 7636, appendix B.
    static constexpr const char* linkVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    /// A fresh grant token of an account of the first client.
    struct GrantToken {
        std::string id;
        std::string text;
    };
    [[nodiscard]] GrantToken grantToken(const std::string& account);
    /// The access token of `account()`, as upstream issued it.
    [[nodiscard]] std::string accessToken();

    /// The path of an operation with what is there for each parameter.
    [[nodiscard]] std::string pathOf(const ApiOperation& operation);
    /// What is there for a parameter of a path.
    [[nodiscard]] std::string valueOf(const std::string& parameter);
    /// A credential with which the operation succeeds; empty if it needs none.
    [[nodiscard]] std::string credentialFor(const ApiOperation& operation);
    /// Says that a successful request has used up what it named.
    void forgetWhatIsGone(const ApiOperation& operation);

    /// A subject that was never used before.
    [[nodiscard]] std::string freshSubject() { return "subject-" + std::to_string(++_subjects); }

private:
    [[nodiscard]] std::string linkFor(const std::string& subject);

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
    std::string _otherKey;
    std::map<std::string, std::string> _scopedKeys;
    std::string _account;
    std::string _secondAccount;
    std::optional<TestLink> _link;
    std::string _verifiedLinkCode;
    int _subjects = 0;
    int _requests = 0;
};

/// A request body of that schema with its required fields only.
[[nodiscard]] Poco::JSON::Object::Ptr sampleBody(const Poco::JSON::Object::Ptr& schema);

/// The text of a JSON object.
[[nodiscard]] std::string textOf(const Poco::JSON::Object::Ptr& object);

/// Values that a schema refuses: of another type, and of the right type beyond its limits.
[[nodiscard]] std::vector<Poco::Dynamic::Var> valuesOfOtherTypes(const Poco::JSON::Object::Ptr& schema);
[[nodiscard]] std::vector<Poco::Dynamic::Var> valuesBeyondLimits(const Poco::JSON::Object::Ptr& schema);

} // namespace central_oauth::test
