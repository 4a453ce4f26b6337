// SPDX-License-Identifier: Apache-2.0
// What the services work on: a real store, a clock that a test moves, a provider that does what a test says.
#pragma once

#include "../store/StoreFixture.h"
#include "central_oauth/crypto/KeyedHasher.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ClientLimits.h"
#include "central_oauth/services/LinkChanges.h"
#include "central_oauth/services/LinkNews.h"
#include "central_oauth/services/LinkVerifiers.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/UpstreamLimiter.h"

#include <atomic>
#include <cppunit/TestAssert.h>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::services {

/// Answers every call as its scripts say and counts what is asked of it. Threads: any, once the scripts are
/// set.
class ScriptedProvider final : public provider::Provider,
                               public provider::SiteLister,
                               public provider::IdentityReader,
                               public provider::Revoker {
public:
    std::function<provider::TokenSet(const provider::Secret&)> onRefresh = [](const auto&) {
        return tokens("new", std::chrono::seconds(3600));
    };
    std::function<provider::TokenSet(const provider::CodeExchange&)> onExchange = [](const auto&) {
        return tokens("first", std::chrono::seconds(3600));
    };
    std::function<std::vector<provider::Site>()> onSites = [] {
        return std::vector<provider::Site>{{"site-1", "One", "https://one.example", {}}};
    };
    std::function<provider::Identity()> onIdentity = [] {
        return provider::Identity{"person-1", "Ann Example", "ann@example.com"};
    };
    std::function<std::string(const provider::AuthorizationRequest&)> onAuthorizationUrl =
        [](const auto& request) { return "https://auth.example/authorize?state=" + request.state; };
    std::function<provider::RevocationOutcome(const provider::Secret&)> onRevoke = [](const auto&) {
        return provider::RevocationOutcome::revoked;
    };
    bool readsIdentities = true;
    bool listsSites = true;
    bool revokes = true;

    mutable std::atomic<int> refreshes{0};
    mutable std::atomic<int> exchanges{0};
    mutable std::atomic<int> identityReads{0};
    mutable std::atomic<int> revocations{0};

    /// `access-<mark>` and `refresh-<mark>`.
    static provider::TokenSet tokens(const std::string& mark, std::chrono::seconds life) {
        provider::TokenSet set;
        set.accessToken = provider::Secret("access-" + mark);
        set.refreshToken = provider::Secret("refresh-" + mark);
        set.expiresIn = life;
        set.scopes = {"read:jira-work"};
        return set;
    }

    [[nodiscard]] provider::Properties properties() const override { return {}; }
    [[nodiscard]] std::string authorizationUrl(const provider::AuthorizationRequest& request) const override {
        return onAuthorizationUrl(request);
    }
    [[nodiscard]] provider::TokenSet exchange(const provider::CodeExchange& exchange,
                                              const provider::Call&) const override {
        ++exchanges;
        return onExchange(exchange);
    }
    [[nodiscard]] provider::TokenSet refresh(const provider::Secret& token,
                                             const provider::Call&) const override {
        ++refreshes;
        return onRefresh(token);
    }
    [[nodiscard]] std::vector<provider::Site> listSites(const provider::Secret&,
                                                        const provider::Call&) const override {
        return onSites();
    }
    [[nodiscard]] provider::Identity readIdentity(const provider::Secret&,
                                                  const provider::Call&) const override {
        ++identityReads;
        return onIdentity();
    }
    [[nodiscard]] provider::RevocationOutcome revoke(const provider::Secret& token,
                                                     const provider::Call&) const override {
        ++revocations;
        return onRevoke(token);
    }
    [[nodiscard]] const void* extension(std::string_view id) const noexcept override {
        if (id == SiteLister::extensionId && listsSites)
            return static_cast<const SiteLister*>(this);
        if (id == IdentityReader::extensionId && readsIdentities)
            return static_cast<const IdentityReader*>(this);
        if (id == Revoker::extensionId && revokes)
            return static_cast<const Revoker*>(this);
        return nullptr;
    }
};

inline ConfiguredProvider configured(const std::string& name, const provider::Provider& provider) {
    ConfiguredProvider entry;
    entry.name = name;
    entry.displayName = "Jira";
    entry.plugin = &provider;
    entry.properties.refreshMargin = std::chrono::seconds(300);
    entry.scopes = {"read:jira-work", "offline_access"};
    entry.redirectUri = "https://broker.example/callback/" + name;
    return entry;
}

/// The store of StoreFixture with its client `cli_alpha`, and one provider named jira. Services are made by
/// the tests: closing the store (tamper) ends what they were given.
class ServiceFixture {
public:
    ServiceFixture() {
        store::addClient(base, "alpha");
        client = base.store->clients().find(base::ClientId("cli_alpha")).value();
    }

    [[nodiscard]] store::SqliteStore& store() { return *base.store; }
    [[nodiscard]] base::Timestamp now() const { return base.clock.time; }
    void advance(std::chrono::seconds time) { base.clock.time += time; }

    [[nodiscard]] Caller caller() const { return {client, "key-alpha", clientScopes()}; }
    [[nodiscard]] Caller callerWith(const std::vector<std::string>& scopes) const {
        return {client, "key-alpha", scopes};
    }

    /// Tells the audit of the store as it is open now, and the changes and verifiers below.
    [[nodiscard]] LinkNews news() { return {store().audit(), changes, verifiers, base.clock}; }

    /// How many audit rows there are of an action.
    [[nodiscard]] int audited(const std::string& action) const {
        return static_cast<int>(base.number("SELECT COUNT(*) FROM audit WHERE action = '" + action + "'"));
    }

    store::StoreFixture base;
    ScriptedProvider provider;
    ProviderCatalog catalog{{configured("jira", provider)}};
    UpstreamLimiter upstream{64};
    ClientLimits limits{base.clock};
    /// The steady clock of held polls; moved by hand.
    std::chrono::steady_clock::time_point steady{std::chrono::hours(1)};
    LinkChanges changes{[this] { return steady; }};
    crypto::KeyedHasher hasher{provider::Secret(std::string(crypto::KeyedHasher::keySize, 'k'))};
    LinkVerifiers verifiers{{}, hasher, base.clock};
    domain::Client client;
    Source source{"192.0.2.7", "example/1.0", "request-1"};
};

/// The code and the reason of the error that `action` throws; nothing if it throws none.
struct Refusal {
    base::ErrorCode code;
    std::string reason;
    std::optional<std::chrono::seconds> retryAfter;
};
template <class Action>
std::optional<Refusal> refusalOf(const Action& action) {
    try {
        action();
    } catch (const base::Error& error) {
        return Refusal{error.code(), error.reason(), error.retryAfter()};
    }
    return std::nullopt;
}

template <class Action>
void expectRefused(base::ErrorCode expected, const Action& action, const CppUnit::SourceLine& line) {
    const auto refused = refusalOf(action);
    CppUnit::Asserter::failIf(!refused, "nothing was refused", line);
    CppUnit::Asserter::failIf(refused->code != expected,
                              "refused with " + std::string(base::nameOf(refused->code)) + " instead of " +
                                  std::string(base::nameOf(expected)),
                              line);
}

} // namespace central_oauth::services

/// Asserts that the expression throws base::Error of that code.
#define ASSERT_REFUSED(expected, expression)                                                                 \
    central_oauth::services::expectRefused((expected), [&] { static_cast<void>(expression); },               \
                                           CPPUNIT_SOURCELINE())
