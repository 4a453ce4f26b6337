// SPDX-License-Identifier: Apache-2.0
// A daemon that can be brought to say whatever can be wrong: Jira's plugin, plugins that fail, a person of
// its own for each account.
#pragma once

#include "../support/ServiceUnderTest.h"

#include <functional>
#include <memory>
#include <string>

namespace central_oauth::test {

/// Simulator, daemon, and a client with every scope that may create links as fast as it likes.
///
/// Whatever is made is made for a subject and a person whom nobody else has, so that no provocation meets
/// what another one left behind. One thread at most waits for upstream. Threads: used by one; `token` by any.
class ErrorWorld {
public:
    ErrorWorld();

    [[nodiscard]] ServiceUnderTest& service() { return *_service; }
    [[nodiscard]] const Simulator& simulator() const { return *_simulator; }
    [[nodiscard]] const std::string& key() const { return _key; }
    /// Of another client, with the scope `accounts` only.
    [[nodiscard]] const std::string& readerKey() const { return _readerKey; }

    [[nodiscard]] HttpAnswer get(const std::string& path) const { return _service->get(path, _key); }
    [[nodiscard]] HttpAnswer post(const std::string& path, const std::string& body) const {
        return _service->post(path, _key, body);
    }
    [[nodiscard]] HttpAnswer remove(const std::string& path) const { return _service->remove(path, _key); }
    [[nodiscard]] HttpAnswer poll(const TestLink& link) const { return _service->poll(link); }

    /// Sends bytes on a connection of their own and waits for the one answer. Method and target are what the
    /// answer is checked for.
    [[nodiscard]] HttpAnswer sendRaw(const std::string& method, const std::string& target,
                                     const std::string& bytes) const;

    /// A person upstream, who sees one site; the handle.
    [[nodiscard]] std::string newPerson();
    /// A link at Jira for a new subject. `more` members, as in R"(,"label":"x")", are added to the body.
    [[nodiscard]] TestLink newLink(const std::string& more = {});

    struct LinkedAccount {
        std::string id;
        std::string person;  ///< handle upstream
        std::string subject; ///< of nobody else
    };
    /// An account at Jira of a new person; `more` as for `newLink`.
    [[nodiscard]] LinkedAccount newAccount(const std::string& more = {});
    /// The same of a person who has another account already, for a subject of its own.
    [[nodiscard]] LinkedAccount newAccountOf(const std::string& person, const std::string& more = {});
    /// An account, for a new subject, at a provider of a fixture: "throwing" or "denying", which fail to
    /// refresh and can't revoke, or "revoking". Upstream all of them are one person.
    [[nodiscard]] LinkedAccount fixtureAccount(const std::string& provider);

    [[nodiscard]] HttpAnswer token(const LinkedAccount& account) const {
        return get("/v1/tokens/" + account.id);
    }
    /// Lets every access token that there is run out.
    void expireTokens() { _service->advanceClock(3601); }
    /// A fault of the simulator; the next provocation finds it gone.
    void fault(const std::string& body) const { _simulator->control("POST", "faults", body); }
    void clearFaults() const;
    /// What `call` gets while the one caller that may wait for upstream waits there. Every token has run out.
    [[nodiscard]] HttpAnswer whileUpstreamHangs(const std::function<HttpAnswer()>& call);
    /// Returns once the service has noticed that its database works.
    void awaitStore() const;
    /// Upstream takes the person's grants no longer.
    void revokeGrants(const std::string& person) const;
    /// The person consents anew, to less than there was.
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
