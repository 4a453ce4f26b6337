// SPDX-License-Identifier: Apache-2.0
// A store in a directory of its own, with a clock that stands still, and records to put into it.
#pragma once

#include "Database.h"
#include "Query.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/store/SqliteStore.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace central_oauth::store {

/// A clock that a test moves.
class FakeClock final : public base::Clock {
public:
    Timestamp time{std::chrono::seconds(1'700'000'000)};
    std::chrono::seconds steady{1000}; ///< stands still unless a test moves it
    [[nodiscard]] std::chrono::system_clock::time_point now() const override { return time; }
    [[nodiscard]] std::chrono::steady_clock::time_point steadyNow() const override {
        return std::chrono::steady_clock::time_point(steady);
    }
};

/// A directory that goes when the test does.
class TemporaryDirectory {
public:
    TemporaryDirectory()
        : _path(std::filesystem::temp_directory_path() / ("store-test-" + crypto::randomToken(12))) {
        std::filesystem::create_directory(_path);
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(_path, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return _path; }

private:
    std::filesystem::path _path;
};

// A key of the ring: 64 times the same digit.
inline Secret hexKey(char digit) {
    return Secret(std::string(64, digit));
}

inline crypto::KeyRing ringOf(const std::string& digits) {
    std::vector<Secret> keys;
    for (const char digit : digits)
        keys.push_back(hexKey(digit));
    std::vector<std::string> faults;
    return crypto::KeyRing::parse(keys, faults).value();
}

inline std::string readAll(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Opens and closes the same database as often as a test likes.
class StoreFixture {
public:
    StoreFixture() : ring(ringOf("1")) { open(); }

    void open() { store = std::make_unique<SqliteStore>(options(), ring, clock, logger); }
    void close() { store.reset(); }

    /// Closes the store and opens it with other keys, newest first.
    void reopen(const std::string& keyDigits) {
        close();
        ring = ringOf(keyDigits);
        open();
    }
    void reopen() {
        close();
        open();
    }

    [[nodiscard]] StoreOptions options() const {
        StoreOptions options;
        options.path = file();
        options.lockWait = std::chrono::seconds(0);
        options.readers = 2;
        return options;
    }
    [[nodiscard]] std::filesystem::path file() const { return directory.path() / "db.sqlite3"; }

    /// A connection behind the back of the store; what it keeps for later goes into the database `aside`,
    /// because a table too many is noticed.
    [[nodiscard]] Poco::Data::Session openBeside() const {
        auto session = openSession(uriOf(file(), "rw"));
        Query(session, "ATTACH ? AS aside").with((directory.path() / "aside").string()).run();
        return session;
    }

    /// Changes the database behind the back of the store, which is closed meanwhile. How many rows changed.
    std::size_t tamper(const std::string& sql) {
        close();
        std::size_t changed = 0;
        {
            auto session = openBeside();
            changed = Query(session, sql).run();
        }
        open();
        return changed;
    }

    /// The number that a query gives, read beside the open store.
    [[nodiscard]] std::int64_t number(const std::string& sql) const {
        auto session = openSession(uriOf(file(), "ro"));
        std::int64_t value = -1;
        Query query(session, sql);
        query.into(value);
        static_cast<void>(query.next());
        return value;
    }

    TemporaryDirectory directory;
    FakeClock clock;
    std::ostringstream logged;
    logging::StreamSink sink{logged};
    logging::Logger logger{sink, clock, provider::LogLevel::debug};
    crypto::KeyRing ring;
    std::unique_ptr<SqliteStore> store;
};

inline Client makeClient(const std::string& name, Timestamp now) {
    Client client;
    client.id = ClientId("cli_" + name);
    client.name = name;
    client.scopes = {"link", "token"};
    client.createdAt = now;
    return client;
}

inline ClientKey makeKey(const Client& client, const std::string& keyId) {
    ClientKey key;
    key.keyId = keyId;
    key.clientId = client.id;
    key.name = "first";
    key.hash = "hash-of-" + keyId;
    key.scopes = {"link"};
    key.createdAt = client.createdAt;
    return key;
}

inline void addClient(StoreFixture& fixture, const std::string& name) {
    const Client client = makeClient(name, fixture.clock.time);
    fixture.store->clients().create(client, makeKey(client, "key-" + name));
}

/// A pending link of the client `cli_alpha`; its hashes follow from its number.
inline Link makeLink(const std::string& number, Timestamp now, const std::string& subject = "ann") {
    Link created;
    created.id = LinkId("lnk_" + number);
    created.client = ClientId("cli_alpha");
    created.provider = "jira";
    created.subject = subject;
    created.label = "laptop";
    created.wantedSite = "site-1";
    created.secretHash = "secret-" + number;
    created.requesterAddress = "192.0.2.7";
    created.requesterProgram = "example/1.0";
    created.createdAt = now;
    created.expiresAt = now + std::chrono::seconds(600);
    created.codeHash = "code-" + number;
    created.handleHash = "handle-" + number;
    return created;
}

inline Authorization makeAuthorization(const std::string& state) {
    return {Secret(state), Secret("verifier-of-" + state)};
}

/// What upstream gave; the tokens are `access-<mark>` and `refresh-<mark>`.
inline StagedGrant makeGrant(const std::string& mark, Timestamp now, const std::string& person = "person-1") {
    StagedGrant grant;
    grant.accessToken = Secret("access-" + mark);
    grant.refreshToken = Secret("refresh-" + mark);
    grant.accessExpiresAt = now + std::chrono::seconds(3600);
    grant.scopes = {"read:jira-work", "offline_access"};
    grant.identity = {person, "Ann Example", "ann@example.com"};
    grant.sites = {{"site-1", "One \"quoted\"", "https://one.example", {"jira"}}};
    grant.chosenSite = "site-1";
    return grant;
}

/// Takes a new link through the browser up to `staged`, to expire two minutes from now.
inline LinkId stageLink(StoreFixture& fixture, const Link& created, const StagedGrant& grant) {
    LinkRepository& links = fixture.store->links();
    const Timestamp now = fixture.clock.time;
    const std::string state = "state-of-" + created.id.value();
    const bool staged =
        links.create(created) &&
        links.beginAuthorization(created.id, "browser", state, makeAuthorization(state), now) &&
        links.takeState(state, now) && links.stage(created.id, grant, now, now + std::chrono::seconds(120));
    if (!staged)
        throw std::runtime_error("the link could not be staged");
    return created.id;
}

inline LinkId stageLink(StoreFixture& fixture, const std::string& number, const StagedGrant& grant,
                        const std::string& subject = "ann") {
    return stageLink(fixture, makeLink(number, fixture.clock.time, subject), grant);
}

/// An account `acc_<number>` of `cli_alpha`, linked and delivered now.
inline AccountId linkAccount(StoreFixture& fixture, const std::string& number,
                             const std::string& subject = "ann") {
    const LinkId link =
        stageLink(fixture, number, makeGrant(number, fixture.clock.time, "person-" + number), subject);
    const Delivery delivery =
        fixture.store->links().deliver(link, AccountId("acc_" + number), {}, fixture.clock.time);
    if (delivery.outcome != DeliveryOutcome::delivered)
        throw std::runtime_error("the link could not be delivered");
    return delivery.account.id;
}

inline Tokens makeTokens(const std::string& mark, Timestamp now) {
    Tokens tokens;
    tokens.accessToken = Secret("access-" + mark);
    tokens.refreshToken = Secret("refresh-" + mark);
    tokens.accessExpiresAt = now + std::chrono::seconds(3600);
    return tokens;
}

inline std::string revealed(const Secret& secret) {
    return std::string(secret.reveal());
}

} // namespace central_oauth::store
