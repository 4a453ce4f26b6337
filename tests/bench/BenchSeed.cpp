// SPDX-License-Identifier: Apache-2.0
// Fills a database for the benchmark through the store and the rules that the daemon uses:
// `bench-seed KIND DB_PATH CLIENT_ID COUNT`, with the key from CENTRAL_OAUTH_SECRET_KEY. KIND is `accounts`
// (prints "ACCOUNT_ID SUBJECT" lines), `read-accounts` (the same, each marked as read just now),
// `due-accounts` (the same, each with an access token that expires at once), `given-accounts` (the same, each
// with what a line "UPSTREAM_ID ACCESS_TOKEN REFRESH_TOKEN EXPIRES_IN" of the standard input says) or `links`
// (prints "CODE SECRET" lines).
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

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace central_oauth;

constexpr int exitUsage = 64;
constexpr int exitInternal = 70;
constexpr std::chrono::seconds linkLife{600};
constexpr std::chrono::seconds accessTokenLife{3600};
constexpr std::chrono::seconds dueTokenLife{1};
constexpr std::chrono::seconds notDueFor = std::chrono::hours(24 * 30);

/// A pending link, with the code and secret that its creator got.
struct SeededLink {
    domain::Link record;
    std::string code;
    provider::Secret secret;
};

/// What upstream has granted to a person.
struct GivenGrant {
    std::string upstreamId;
    std::string accessToken;
    std::string refreshToken;
    int expiresIn = 0; ///< seconds
};

class Seeder {
public:
    Seeder(const std::string& path, const std::string& clientId, const provider::Secret& key)
        : _logger(_sink, _clock, provider::LogLevel::error),
          _store(optionsOf(path), ringOf(key), _clock, _logger),
          _hasher(_store.serverKey()),
          _client(clientId),
          _now(base::nowOf(_clock)) {}

    /// Adds links as clients create them, all in one transaction.
    std::vector<SeededLink> addLinks(int first, int count) {
        std::vector<SeededLink> links;
        for (int number = first; number < first + count; ++number)
            links.push_back(makeLink(number));
        std::vector<std::size_t> left(links.size());
        std::iota(left.begin(), left.end(), std::size_t{0});
        while (!left.empty()) {
            for (const auto place : left)
                drawCode(links[place]);
            left = _store.transact([&](domain::Transaction& transaction) {
                std::vector<std::size_t> taken; // another link has the code
                for (const auto place : left)
                    if (!domain::addLink(transaction, links[place].record))
                        taken.push_back(place);
                return taken;
            });
        }
        return links;
    }

    /// How accounts are seeded.
    struct AccountKind {
        bool isRead = false; ///< just now
        std::chrono::seconds tokenLife = accessTokenLife;
        std::vector<GivenGrant> given{}; ///< one per account; empty: invented
    };

    /// An account and the subject it belongs to.
    struct SeededAccount {
        base::AccountId id;
        std::string subject;
    };

    /// Takes links through approval and delivery, all in one transaction, and returns their accounts.
    std::vector<SeededAccount> addAccounts(int first, int count, const AccountKind& kind) {
        std::vector<Approval> approvals;
        int number = first;
        for (const auto& link : addLinks(first, count))
            approvals.push_back(makeApproval(link.record, number++, kind));
        const auto readAt = kind.isRead ? std::optional(base::nowOf(_clock)) : std::nullopt;
        return _store.transact([&](domain::Transaction& transaction) {
            std::vector<SeededAccount> accounts;
            for (const auto& approval : approvals)
                accounts.push_back({deliver(transaction, approval, readAt), approval.link.subject});
            // With invented tokens there is nothing that the daemon could do for them.
            if (kind.given.empty())
                for (const auto& account : accounts)
                    transaction.put(domain::GrantCheck{account.id, _now + notDueFor});
            return accounts;
        });
    }

private:
    /// A link, and what its person and upstream answer.
    struct Approval {
        domain::Link link;
        std::string browser;
        std::string state;
        domain::Authorization authorization;
        domain::StagedGrant grant;
        base::AccountId newId;
    };

    static constexpr std::size_t idBytes = 16;

    [[nodiscard]] SeededLink makeLink(int number) const {
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
        return seeded;
    }

    void drawCode(SeededLink& seeded) const {
        seeded.code = services::makeLinkCode();
        seeded.record.codeHash = _hasher.hash(services::purpose::linkCode, seeded.code);
        seeded.record.handleHash = crypto::sha256(crypto::randomToken(idBytes));
    }

    [[nodiscard]] Approval makeApproval(const domain::Link& link, int number, const AccountKind& kind) const {
        return {
            link,
            crypto::randomBytes(crypto::KeyedHasher::keySize),
            crypto::randomBytes(crypto::KeyedHasher::keySize),
            {provider::Secret(crypto::randomToken(idBytes)), provider::Secret(crypto::randomToken(idBytes))},
            grantOf(number, kind),
            base::AccountId("acc_" + crypto::randomToken(idBytes))};
    }

    base::AccountId deliver(domain::Transaction& transaction, const Approval& approval,
                            const std::optional<base::Timestamp>& readAt) const {
        // The single read is used up at once, so that the link keeps no second copy of the token.
        const domain::DeliveryRule once{1, std::chrono::seconds(60)};
        const auto& sealer = _store.sealer();
        const auto& link = approval.link;
        if (!domain::approveLink(transaction, sealer, link.id, approval.browser, {approval.state},
                                 approval.authorization, _now) ||
            !domain::stageGrant(transaction, sealer, link.id, approval.grant, link.createdAt, link.expiresAt))
            throw std::runtime_error("a link could not be taken through its states");
        const auto delivery = domain::deliver(transaction, sealer, link.id, approval.newId, once, _now);
        if (delivery.outcome != domain::DeliveryOutcome::delivered)
            throw std::runtime_error("a link could not be delivered");
        if (readAt) {
            auto account = transaction.find(delivery.account.id).value();
            if (domain::noteUsed(account, *readAt))
                transaction.put(account);
        }
        return delivery.account.id;
    }

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
    [[nodiscard]] domain::StagedGrant grantOf(int number, const AccountKind& kind) const {
        constexpr std::size_t tokenBytes = 1950;
        const auto text = _run + "-" + std::to_string(number);
        domain::StagedGrant grant;
        grant.accessToken = provider::Secret(crypto::randomToken(tokenBytes));
        grant.refreshToken = provider::Secret(crypto::randomToken(tokenBytes));
        grant.accessExpiresAt = _now + kind.tokenLife;
        grant.scopes = {"offline_access", "read:me", "read:jira-user", "read:jira-work", "write:jira-work"};
        grant.identity = {"upstream-" + text, "User " + text, "user-" + text + "@example.com"};
        grant.sites = {
            {"11223344-5566-7788-99aa-bbccddeeff00", "example", "https://example.invalid", {"jira"}}};
        grant.chosenSite = grant.sites.front().id;
        if (!kind.given.empty()) {
            const auto& given = kind.given.at(static_cast<std::size_t>(number));
            grant.identity.upstreamId = given.upstreamId;
            grant.accessToken = provider::Secret(given.accessToken);
            grant.refreshToken = provider::Secret(given.refreshToken);
            grant.accessExpiresAt = _now + std::chrono::seconds(given.expiresIn);
        }
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

// Returns how many records one transaction adds: a commit costs more than a record.
int batchAt(int first, int count) {
    constexpr int most = 200;
    return std::min(most, count - first);
}

void seedLinks(int count, Seeder& seeder) {
    for (int first = 0; first < count; first += batchAt(first, count))
        for (const auto& link : seeder.addLinks(first, batchAt(first, count)))
            std::cout << link.code << ' ' << link.secret.reveal() << '\n';
}

void seedAccounts(int count, const Seeder::AccountKind& kind, Seeder& seeder) {
    for (int first = 0; first < count; first += batchAt(first, count))
        for (const auto& account : seeder.addAccounts(first, batchAt(first, count), kind))
            std::cout << account.id.value() << ' ' << account.subject << '\n';
}

std::vector<GivenGrant> readGivenGrants(int count) {
    std::vector<GivenGrant> all;
    for (GivenGrant given;
         std::cin >> given.upstreamId >> given.accessToken >> given.refreshToken >> given.expiresIn;)
        all.push_back(given);
    if (all.size() != static_cast<std::size_t>(count))
        throw std::runtime_error("the standard input has " + std::to_string(all.size()) + " grants");
    return all;
}

const std::map<std::string, std::function<void(int, Seeder&)>>& kinds() {
    static const std::map<std::string, std::function<void(int, Seeder&)>> all{
        {"links", seedLinks},
        {"accounts", [](int count, Seeder& seeder) { seedAccounts(count, {}, seeder); }},
        {"read-accounts", [](int count, Seeder& seeder) { seedAccounts(count, {.isRead = true}, seeder); }},
        {"due-accounts",
         [](int count, Seeder& seeder) { seedAccounts(count, {.tokenLife = dueTokenLife}, seeder); }},
        {"given-accounts",
         [](int count, Seeder& seeder) { seedAccounts(count, {.given = readGivenGrants(count)}, seeder); }},
    };
    return all;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const auto kind = words.size() == 4 ? kinds().find(words[0]) : kinds().end();
    const int count = kind != kinds().end() ? countOf(words[3]) : -1;
    const char* const key = std::getenv("CENTRAL_OAUTH_SECRET_KEY");
    if (count < 0 || key == nullptr) {
        std::cerr << "usage: CENTRAL_OAUTH_SECRET_KEY=… bench-seed "
                     "accounts|read-accounts|due-accounts|given-accounts|links DB_PATH CLIENT_ID COUNT\n";
        return exitUsage;
    }
    try {
        Seeder seeder(words[1], words[2], provider::Secret(std::string(key)));
        kind->second(count, seeder);
        std::cout.flush();
        return std::cout ? 0 : exitInternal;
    } catch (const std::exception& failure) {
        std::cerr << "bench-seed: " << failure.what() << '\n';
        return exitInternal;
    }
}
