// SPDX-License-Identifier: Apache-2.0
// A daemon that a test can bring into every error: with Jira's plugin, plugins that fail, and a person of its
// own for each account.
#pragma once

#include "../support/ServiceUnderTest.h"

#include <functional>
#include <memory>
#include <string>

namespace central_oauth::test {

/// Simulator, daemon, and a client with every scope and no limit of new links.
///
/// Every record has a new subject and a new person, so that provocations do not affect each other. At most
/// one thread waits for upstream.
/// Not thread-safe, except `token`.
class ErrorWorld {
public:
    ErrorWorld();

    [[nodiscard]] ServiceUnderTest& service() { return *_service; }
    [[nodiscard]] const Simulator& simulator() const { return *_simulator; }
    [[nodiscard]] const std::string& key() const { return _key; }
    /// The key of another client, with the scope `accounts` only.
    [[nodiscard]] const std::string& readerKey() const { return _readerKey; }

    [[nodiscard]] HttpAnswer get(const std::string& path) const { return _service->get(path, _key); }
    [[nodiscard]] HttpAnswer post(const std::string& path, const std::string& body) const {
        return _service->post(path, _key, body);
    }
    [[nodiscard]] HttpAnswer remove(const std::string& path) const { return _service->remove(path, _key); }
    [[nodiscard]] HttpAnswer poll(const TestLink& link) const { return _service->poll(link); }

    /// Sends bytes on a new connection and returns the one answer, which is checked for this method and
    /// target.
    [[nodiscard]] HttpAnswer sendRaw(const std::string& method, const std::string& target,
                                     const std::string& bytes) const;

    /// Adds a person upstream, who sees one site; returns the handle.
    [[nodiscard]] std::string newPerson();
    /// Creates a link at Jira for a new subject, with `more` members, as in R"(,"label":"x")", in the body.
    [[nodiscard]] TestLink newLink(const std::string& more = {});

    struct LinkedAccount {
        std::string id;
        std::string person;  ///< handle upstream
        std::string subject; ///< a subject of its own
    };
    /// Links an account at Jira of a new person; `more` as for `newLink`.
    [[nodiscard]] LinkedAccount newAccount(const std::string& more = {});
    /// Links an account of a person who has one already, for a new subject.
    [[nodiscard]] LinkedAccount newAccountOf(const std::string& person, const std::string& more = {});
    /// Links an account, for a new subject, at a provider of a fixture: "throwing" or "denying", which fail
    /// to refresh and can't revoke, or "revoking". Upstream all of them are one person.
    [[nodiscard]] LinkedAccount fixtureAccount(const std::string& provider);

    [[nodiscard]] HttpAnswer token(const LinkedAccount& account) const {
        return get("/v1/tokens/" + account.id);
    }
    /// Reports the account's token as refused.
    [[nodiscard]] HttpAnswer report(const LinkedAccount& account, int version, int status) const;
    /// Makes every existing access token expire.
    void expireTokens() { _service->advanceClock(3601); }
    /// Passes a day, at the end of which grants are too old.
    void passADay() { _service->passTime(24 * 3600 + 1); }
    /// Sets a fault of the simulator; the next provocation clears it.
    void fault(const std::string& body) const { _simulator->control("POST", "faults", body); }
    void clearFaults() const;
    /// Returns the answer to `call` while upstream holds the one caller that may wait for it.
    [[nodiscard]] HttpAnswer whileUpstreamHangs(const std::function<HttpAnswer()>& call);
    /// Blocks until the service has noticed that its database works.
    void awaitStore() const;
    /// Revokes the person's grants upstream.
    void revokeGrants(const std::string& person) const;
    /// The person consents anew, to fewer scopes.
    void narrowGrant(const std::string& person, const std::string& scopes) const;

    /// Changes the database while the daemon is stopped.
    void tamper(const std::string& statement);

private:
    [[nodiscard]] std::string add(const std::vector<std::string>& arguments) const;

    TemporaryFolder _plugins;
    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
    std::string _key;
    std::string _readerKey;
    int _people = 0;
};

} // namespace central_oauth::test
