// SPDX-License-Identifier: Apache-2.0
// Fills a database for the benchmark through the store and the rules that the daemon uses:
// `bench-seed KIND DB_PATH CLIENT_ID COUNT`, with the key from CENTRAL_OAUTH_SECRET_KEY. KIND is `accounts`
// (prints account ids), `read-accounts` (the same, each marked as read just now) or `links` (prints "CODE
// SECRET" lines).
#include "central_oauth/base/Clock.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/KeyedHasher.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/domain/Delivery.h"
#include "central_oauth/domain/Linking.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/links/LinkRules.h"
#include "central_oauth/store/SqliteStore.h"

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace central_oauth;

constexpr int exitUsage = 64;
constexpr int exitInternal = 70;
constexpr std::chrono::seconds linkLife{600};
constexpr std::chrono::seconds accessTokenLife{3600};

/// A pending link, with the code and secret that its creator got.
struct SeededLink {
    domain::Link record;
    std::string code;
    provider::Secret secret;
};

class Seeder {
public:
    Seeder(const std::string& path, const std::string& clientId, const provider::Secret& key)
        : _logger(_sink, _clock, provider::LogLevel::error),
          _store(optionsOf(path), ringOf(key), _clock, _logger),
          _hasher(_store.serverKey()),
          _client(clientId),
          _now(base::nowOf(_clock)) {}

    /// Adds a link as a client creates it.
    SeededLink addLink(int number) {
        constexpr std::size_t idBytes = 16;
        SeededLink seeded;
        auto secret = crypto::issueCredential(crypto::CredentialKind::linkSecret);
        seeded.secret = std::move(secret.text);
        auto& link = seeded.record;
        link.id = base::LinkId("lnk_" + crypto::randomToken(idBytes));
        link.client = _client;
        link.provider = "jira";
        link.subject = _run + "-" + std::to_string(number) + "@example.com";
        link.label = "laptop";
        link.secretHash = secret.hash;
        link.requesterAddress = "127.0.0.1";
        link.requesterProgram = "bench-seed";
        link.createdAt = _now;
        link.expiresAt = _now + linkLife;
        do {
            seeded.code = services::makeLinkCode();
            seeded.record.codeHash = _hasher.hash(services::purpose::linkCode, seeded.code);
            seeded.record.handleHash = crypto::sha256(crypto::randomToken(idBytes));
        } while (!_store.transact([&](domain::Transaction& transaction) {
            return domain::addLink(transaction, seeded.record).has_value();
        }));
        return seeded;
    }

    /// Takes a link through approval and delivery, and returns its account.
    base::AccountId addAccount(int number) {
        constexpr std::size_t idBytes = 16;
        const auto link = addLink(number).record;
        const auto browser = crypto::randomBytes(crypto::KeyedHasher::keySize);
        const auto state = crypto::randomBytes(crypto::KeyedHasher::keySize);
        const domain::Authorization authorization{provider::Secret(crypto::randomToken(idBytes)),
                                                  provider::Secret(crypto::randomToken(idBytes))};
        const base::AccountId newId("acc_" + crypto::randomToken(idBytes));
        // The single read is used up at once, so that the link keeps no second copy of the token.
        const domain::DeliveryRule once{1, std::chrono::seconds(60)};
        const auto grant = grantOf(number);
        const auto delivery = _store.transact([&](domain::Transaction& transaction) {
            const auto& sealer = _store.sealer();
            if (!domain::approveLink(transaction, sealer, link.id, browser, {state}, authorization, _now) ||
                !domain::stageGrant(transaction, sealer, link.id, grant, link.createdAt, link.expiresAt))
                throw std::runtime_error("a link could not be taken through its states");
            return domain::deliver(transaction, sealer, link.id, newId, once, _now);
        });
        if (delivery.outcome != domain::DeliveryOutcome::delivered)
            throw std::runtime_error("a link could not be delivered");
        return delivery.account.id;
    }

    /// Marks the account as just read, so that reads of the next minute write nothing.
    void markRead(const base::AccountId& id) {
        const auto now = base::nowOf(_clock);
        _store.transact([&](domain::Transaction& transaction) {
            auto account = transaction.find(id).value();
            if (domain::noteUsed(account, now))
                transaction.put(account);
        });
    }

private:
    static store::StoreOptions optionsOf(const std::string& path) {
        store::StoreOptions options;
        options.path = path;
        options.lockWait = std::chrono::seconds(0);
        return options;
    }

    static crypto::KeyRing ringOf(const provider::Secret& key) {
        std::vector<provider::Secret> keys;
        keys.push_back(key.clone());
        std::vector<std::string> faults;
        auto ring = crypto::KeyRing::parse(keys, faults);
        if (!ring)
            throw std::runtime_error("CENTRAL_OAUTH_SECRET_KEY " + faults.front());
        return std::move(*ring);
    }

    // Returns a grant of realistic size: tokens of 2,600 characters each, one site, a dozen scopes.
    [[nodiscard]] domain::StagedGrant grantOf(int number) const {
        constexpr std::size_t tokenBytes = 1950;
        const auto text = _run + "-" + std::to_string(number);
        domain::StagedGrant grant;
        grant.accessToken = provider::Secret(crypto::randomToken(tokenBytes));
        grant.refreshToken = provider::Secret(crypto::randomToken(tokenBytes));
        grant.accessExpiresAt = _now + accessTokenLife;
        grant.scopes = {"offline_access", "read:me", "read:jira-user", "read:jira-work", "write:jira-work"};
        grant.identity = {"upstream-" + text, "User " + text, "user-" + text + "@example.com"};
        grant.sites = {
            {"11223344-5566-7788-99aa-bbccddeeff00", "example", "https://example.invalid", {"jira"}}};
        grant.chosenSite = grant.sites.front().id;
        return grant;
    }

    base::SystemClock _clock;
    logging::StreamSink _sink{std::cerr};
    logging::Logger _logger;
    store::SqliteStore _store;
    crypto::KeyedHasher _hasher;
    base::ClientId _client;
    base::Timestamp _now;
    std::string _run = crypto::randomToken(6); ///< distinguishes the records of one run
};

int countOf(const std::string& text) {
    int value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    return fault == std::errc() && end == text.data() + text.size() ? value : -1;
}

void seed(const std::string& kind, int count, Seeder& seeder) {
    for (int number = 0; number < count; ++number) {
        if (kind == "links") {
            const auto link = seeder.addLink(number);
            std::cout << link.code << ' ' << link.secret.reveal() << '\n';
            continue;
        }
        const auto id = seeder.addAccount(number);
        if (kind == "read-accounts")
            seeder.markRead(id);
        std::cout << id.value() << '\n';
    }
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const bool isKnown =
        words.size() == 4 && (words[0] == "accounts" || words[0] == "read-accounts" || words[0] == "links");
    const int count = isKnown ? countOf(words[3]) : -1;
    const char* const key = std::getenv("CENTRAL_OAUTH_SECRET_KEY");
    if (count < 0 || key == nullptr) {
        std::cerr << "usage: CENTRAL_OAUTH_SECRET_KEY=… bench-seed accounts|read-accounts|links DB_PATH "
                     "CLIENT_ID COUNT\n";
        return exitUsage;
    }
    try {
        Seeder seeder(words[1], words[2], provider::Secret(std::string(key)));
        seed(words[0], count, seeder);
        std::cout.flush();
        return std::cout ? 0 : exitInternal;
    } catch (const std::exception& failure) {
        std::cerr << "bench-seed: " << failure.what() << '\n';
        return exitInternal;
    }
}
