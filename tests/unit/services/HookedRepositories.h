// SPDX-License-Identifier: Apache-2.0
// Repositories that let a test step in before each call: to fail it, or to do what another caller would do
// then.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/domain/LinkLife.h"
#include "central_oauth/store/AccountRepository.h"
#include "central_oauth/store/AuditLog.h"
#include "central_oauth/store/DroppedStageRepository.h"
#include "central_oauth/store/LinkRepository.h"

#include <functional>
#include <string>
#include <vector>

namespace central_oauth::services {

/// Called with the function's name before the real one is.
using Hook = std::function<void(const std::string&)>;

/// A hook that fails calls of one name as a store without disk space does.
inline Hook failing(const std::string& name) {
    return [name](const std::string& called) {
        if (called == name)
            throw base::Error(base::ErrorCode::storeUnavailable, {}, "disk full");
    };
}

class HookedAccounts final : public store::AccountRepository {
public:
    explicit HookedAccounts(store::AccountRepository& real) : _real(real) {}

    Hook hook = [](const std::string&) {};
    std::function<void()> tokensRead = [] {}; ///< called after findTokens has read

    std::optional<domain::Account> find(const base::ClientId& owner,
                                        const base::AccountId& id) const override {
        hook("find");
        return _real.find(owner, id);
    }
    std::optional<domain::Account> findLatest(const base::ClientId& owner, const std::string& provider,
                                              const std::string& subject) const override {
        hook("findLatest");
        return _real.findLatest(owner, provider, subject);
    }
    store::AccountPage list(const base::ClientId& owner, const store::AccountFilter& filter, int limit,
                            const std::string& cursor) const override {
        hook("list");
        return _real.list(owner, filter, limit, cursor);
    }
    std::optional<domain::Tokens> findTokens(const base::AccountId& id) const override {
        hook("findTokens");
        auto tokens = _real.findTokens(id);
        tokensRead();
        return tokens;
    }
    std::optional<domain::Account> findIdentity(const base::ClientId& owner,
                                                const base::AccountId& id) const override {
        hook("findIdentity");
        return _real.findIdentity(owner, id);
    }
    void requireWritable() const override {
        hook("requireWritable");
        _real.requireWritable();
    }
    std::optional<std::int64_t> replaceTokens(const base::AccountId& id, std::int64_t expectedVersion,
                                              const domain::Tokens& fresh,
                                              const std::vector<std::string>& scopes,
                                              base::Timestamp now) override {
        hook("replaceTokens");
        return _real.replaceTokens(id, expectedVersion, fresh, scopes, now);
    }
    bool markDead(const base::AccountId& id, std::int64_t version, const std::string& reason,
                  base::Timestamp now) override {
        hook("markDead");
        return _real.markDead(id, version, reason, now);
    }
    void markProblem(const base::AccountId& id, std::int64_t version, const std::string& problem,
                     base::Timestamp now) override {
        hook("markProblem");
        _real.markProblem(id, version, problem, now);
    }
    std::optional<domain::Account> change(const base::ClientId& owner, const base::AccountId& id,
                                          const store::AccountChange& change) override {
        hook("change");
        return _real.change(owner, id, change);
    }
    int countOfPerson(const std::vector<std::string>& providers,
                      const std::string& upstreamId) const override {
        hook("countOfPerson");
        return _real.countOfPerson(providers, upstreamId);
    }
    bool markUsed(const base::AccountId& id, base::Timestamp now) override {
        hook("markUsed");
        return _real.markUsed(id, now);
    }
    std::optional<store::RemovedAccount> remove(const base::ClientId& owner, const base::AccountId& id,
                                                base::Timestamp now, domain::Revocation revocation) override {
        hook("remove");
        return _real.remove(owner, id, now, revocation);
    }

private:
    store::AccountRepository& _real;
};

class HookedLinks final : public store::LinkRepository {
public:
    explicit HookedLinks(store::LinkRepository& real) : _real(real) {}

    Hook hook = [](const std::string&) {};
    int takenCodes = 0; ///< so many creations meet a code that is in use

    bool create(const domain::Link& link) override {
        hook("create");
        return takenCodes-- <= 0 && _real.create(link);
    }
    store::LiveLinks countLive(const base::ClientId& client, const std::string& subject,
                               base::Timestamp now) const override {
        hook("countLive");
        return _real.countLive(client, subject, now);
    }
    std::vector<store::LinkProof> proofs(base::Timestamp since) const override {
        hook("proofs");
        return _real.proofs(since);
    }
    std::optional<domain::Link> find(const base::LinkId& id) const override {
        hook("find");
        return _real.find(id);
    }
    std::optional<domain::Link> findByCode(const std::string& hash) const override {
        hook("findByCode");
        return _real.findByCode(hash);
    }
    std::optional<domain::Link> findByHandle(const std::string& hash) const override {
        hook("findByHandle");
        return _real.findByHandle(hash);
    }
    std::vector<domain::Link> findStaged(const base::ClientId& client, const std::string& provider,
                                         const std::string& subject, base::Timestamp now) const override {
        hook("findStaged");
        return _real.findStaged(client, provider, subject, now);
    }
    bool mayBeDelivered(const base::LinkId& id, const domain::DeliveryRule& rule,
                        base::Timestamp now) const override {
        hook("mayBeDelivered");
        return _real.mayBeDelivered(id, rule, now);
    }
    domain::Link recordWrongEntry(const base::LinkId& id, int limit, base::Timestamp now) override {
        hook("recordWrongEntry");
        return _real.recordWrongEntry(id, limit, now);
    }
    bool beginAuthorization(const base::LinkId& id, const std::string& browserHash,
                            const std::string& stateHash, const domain::Authorization& authorization,
                            base::Timestamp now) override {
        hook("beginAuthorization");
        return _real.beginAuthorization(id, browserHash, stateHash, authorization, now);
    }
    std::optional<domain::Authorization> findAuthorization(const base::LinkId& id) const override {
        hook("findAuthorization");
        return _real.findAuthorization(id);
    }
    std::optional<store::TakenState> takeState(const std::string& hash, domain::Timestamp now) override {
        hook("takeState");
        return _real.takeState(hash, now);
    }
    bool stage(const base::LinkId& id, const domain::StagedGrant& grant, base::Timestamp now,
               base::Timestamp expiresAt) override {
        hook("stage");
        return _real.stage(id, grant, now, expiresAt);
    }
    bool chooseSite(const base::LinkId& id, const std::string& site, base::Timestamp now,
                    base::Timestamp expiresAt) override {
        hook("chooseSite");
        return _real.chooseSite(id, site, now, expiresAt);
    }
    std::optional<domain::StagedGrant> findStagedDescription(const base::LinkId& id) const override {
        hook("findStagedDescription");
        return _real.findStagedDescription(id);
    }
    bool end(const base::LinkId& id, domain::EndReason reason, base::Timestamp now,
             const std::optional<domain::EndCause>& cause) override {
        hook("end");
        return _real.end(id, reason, now, cause);
    }
    std::optional<store::WithdrawnGrant> withdraw(const base::LinkId& id, domain::EndReason reason,
                                                  base::Timestamp now) override {
        hook("withdraw");
        return _real.withdraw(id, reason, now);
    }
    store::Delivery deliver(const base::LinkId& id, const base::AccountId& newId,
                            const domain::DeliveryRule& rule, base::Timestamp now) override {
        hook("deliver");
        return _real.deliver(id, newId, rule, now);
    }
    std::vector<domain::Link> noteExpired(base::Timestamp now, int most) override {
        hook("noteExpired");
        return _real.noteExpired(now, most);
    }
    bool noteExpiry(const base::LinkId& id, base::Timestamp now) override {
        hook("noteExpiry");
        return _real.noteExpiry(id, now);
    }
    int purge(const domain::DeliveryRule& rule, base::Timestamp now) override {
        hook("purge");
        return _real.purge(rule, now);
    }

private:
    store::LinkRepository& _real;
};

class HookedStages final : public store::DroppedStageRepository {
public:
    explicit HookedStages(store::DroppedStageRepository& real) : _real(real) {}

    Hook hook = [](const std::string&) {};

    void add(const domain::Link& link, const domain::StagedGrant& grant) override {
        hook("add");
        _real.add(link, grant);
    }
    std::vector<domain::DroppedStage> list(const std::vector<std::string>& providers,
                                           int most) const override {
        hook("list");
        return _real.list(providers, most);
    }
    bool contains(const base::LinkId& link) const override {
        hook("contains");
        return _real.contains(link);
    }
    void requireWritable() const override {
        hook("requireWritable");
        _real.requireWritable();
    }
    bool remove(const base::LinkId& link) override {
        hook("remove");
        return _real.remove(link);
    }

private:
    store::DroppedStageRepository& _real;
};

} // namespace central_oauth::services
