// SPDX-License-Identifier: Apache-2.0
// A daemon with records for every route: the target of requests generated from the description.
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
/// Each request comes from an address of its own, so that the limit of failed attempts is not reached. A
/// record that a request used up is made anew when it is next needed.
/// Not thread-safe.
class ApiWorld {
public:
    /// `settings` are added to the daemon's environment.
    explicit ApiWorld(const ChildProcess::Environment& settings = {});

    [[nodiscard]] ServiceUnderTest& service() { return *_service; }
    [[nodiscard]] const Simulator& simulator() const { return *_simulator; }
    [[nodiscard]] const std::string& key() const { return _service->key(); }
    /// The key of another client, with every scope.
    [[nodiscard]] const std::string& otherKey() const { return _otherKey; }
    /// A key of the first client, with that scope only.
    [[nodiscard]] const std::string& keyWithScope(const std::string& scope) const {
        return _scopedKeys.at(scope);
    }

    struct Extras {
        std::string contentType = "application/json"; ///< sent with a body
        std::map<std::string, std::string> headers{};
    };
    /// Sends one request; `path` includes its query.
    [[nodiscard]] HttpAnswer call(const std::string& method, const std::string& path,
                                  const std::string& bearer, const std::string& body = {}) {
        return call(method, path, bearer, body, Extras());
    }
    [[nodiscard]] HttpAnswer call(const std::string& method, const std::string& path,
                                  const std::string& bearer, const std::string& body, const Extras& extras);

    /// Returns an account of the first client, for a subject of its own.
    [[nodiscard]] const std::string& account();
    /// Returns a second such account.
    [[nodiscard]] const std::string& secondAccount();
    /// Returns an unapproved link of the first client.
    [[nodiscard]] const TestLink& link();
    /// Makes the next `link()` return a new link.
    void forgetLink() { _link.reset(); }
    /// Returns a link of the first client that is polled with its key and `linkVerifier`.
    [[nodiscard]] const std::string& verifiedLinkCode();
    /// Verifier of RFC 7636, appendix B.
    static constexpr const char* linkVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    /// A new grant token for an account of the first client.
    struct GrantToken {
        std::string id;
        std::string text;
    };
    [[nodiscard]] GrantToken grantToken(const std::string& account);
    /// Returns the access token of `account()`, as upstream issued it.
    [[nodiscard]] std::string accessToken();

    /// Returns the operation's path with an existing value for each parameter.
    [[nodiscard]] std::string pathOf(const ApiOperation& operation);
    /// Returns an existing value for a parameter of a path.
    [[nodiscard]] std::string valueOf(const std::string& parameter);
    /// Returns a credential with which the operation succeeds; empty if it needs none.
    [[nodiscard]] std::string credentialFor(const ApiOperation& operation);
    /// Forgets the records that a successful request has used up.
    void forgetWhatIsGone(const ApiOperation& operation);

    /// Returns an unused subject.
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

/// Returns a request body of that schema with its required fields only.
[[nodiscard]] Poco::JSON::Object::Ptr sampleBody(const Poco::JSON::Object::Ptr& schema);

/// Returns the text of a JSON object.
[[nodiscard]] std::string textOf(const Poco::JSON::Object::Ptr& object);

/// Returns values that a schema refuses: of another type, and of the right type beyond its limits.
[[nodiscard]] std::vector<Poco::Dynamic::Var> valuesOfOtherTypes(const Poco::JSON::Object::Ptr& schema);
[[nodiscard]] std::vector<Poco::Dynamic::Var> valuesBeyondLimits(const Poco::JSON::Object::Ptr& schema);

} // namespace central_oauth::test
