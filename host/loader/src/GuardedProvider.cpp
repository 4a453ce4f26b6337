// SPDX-License-Identifier: Apache-2.0
// Each call as work that owns copies of its inputs, and shares the inner provider it began with.
#include "central_oauth/loader/GuardedProvider.h"

#include "CallGuard.h"
#include "InnerProvider.h"
#include "central_oauth/base/WebUrl.h"

#include <tuple>

namespace central_oauth::loader {

using provider::Call;
using provider::Secret;

namespace {

using Guard = std::shared_ptr<const CallGuard>;
using Inner = std::shared_ptr<const InnerProvider>;

std::shared_ptr<const Secret> own(const Secret& secret) {
    return std::make_shared<const Secret>(secret.clone());
}

/// What the guarded extensions share. The slot is the guarded provider's, as they are.
class GuardedPart {
public:
    GuardedPart(const InnerSlot& inner, Guard guard) : _inner(inner), _guard(std::move(guard)) {}

protected:
    [[nodiscard]] Inner inner() const { return _inner.current(); }
    [[nodiscard]] const CallGuard& guard() const { return *_guard; }

private:
    const InnerSlot& _inner;
    Guard _guard;
};

class GuardedSiteLister final : public provider::SiteLister, GuardedPart {
public:
    using GuardedPart::GuardedPart;
    [[nodiscard]] std::vector<provider::Site> listSites(const Secret& accessToken,
                                                        const Call& call) const override {
        auto sites = guard().run<std::vector<provider::Site>>(
            {"list_sites", Effect::reads}, call,
            [inner = inner(), token = own(accessToken)](const Call& owned) {
                return inner->sites->listSites(*token, owned);
            });
        // The store looks sites up by this spelling.
        for (auto& site : sites)
            site.url = base::canonicalSiteUrl(site.url);
        return sites;
    }
};

class GuardedProductLocator final : public provider::ProductLocator, GuardedPart {
public:
    using GuardedPart::GuardedPart;
    // Runs on the caller's thread, because it needs no I/O.
    [[nodiscard]] std::string apiBaseUrl(std::string_view product, std::string_view siteId) const override {
        auto url = guard().contain("api_base_url", [&, inner = inner()] {
            auto built = inner->products->apiBaseUrl(product, siteId);
            return built.empty() ? std::nullopt : std::optional(std::move(built));
        });
        return std::move(url).value_or(std::string());
    }
};

class GuardedIdentityReader final : public provider::IdentityReader, GuardedPart {
public:
    using GuardedPart::GuardedPart;
    [[nodiscard]] provider::Identity readIdentity(const Secret& accessToken,
                                                  const Call& call) const override {
        return guard().run<provider::Identity>(
            {"read_identity", Effect::reads}, call,
            [inner = inner(), token = own(accessToken)](const Call& owned) {
                return inner->identities->readIdentity(*token, owned);
            });
    }
};

class GuardedRevoker final : public provider::Revoker, GuardedPart {
public:
    using GuardedPart::GuardedPart;
    [[nodiscard]] provider::RevocationOutcome revoke(const Secret& refreshToken,
                                                     const Call& call) const override {
        return guard().run<provider::RevocationOutcome>(
            {"revoke", Effect::spends}, call,
            [inner = inner(), token = own(refreshToken)](const Call& owned) {
                return inner->revoker->revoke(*token, owned);
            });
    }
};

template <class Extension>
const Extension* extensionIn(const provider::Provider& provider) {
    return static_cast<const Extension*>(provider.extension(Extension::extensionId));
}

Inner ask(std::unique_ptr<const provider::Provider> provider, const CallGuard& guard) {
    const auto& asked = *provider;
    auto properties = guard.contain("properties", [&] { return asked.properties(); });
    return std::make_shared<const InnerProvider>(
        InnerProvider{std::move(provider), std::move(properties), extensionIn<provider::SiteLister>(asked),
                      extensionIn<provider::ProductLocator>(asked),
                      extensionIn<provider::IdentityReader>(asked), extensionIn<provider::Revoker>(asked)});
}

// Names every member, so that a new one does not compile here until it is compared.
auto comparable(const provider::Properties& properties) {
    const auto& [scopes, leeway, refreshMargin, companionLife, idleLifetime, deployment, issuer,
                 revokesUpstream] = properties;
    return std::tie(scopes, leeway, refreshMargin, companionLife, idleLifetime, deployment, issuer,
                    revokesUpstream);
}

bool haveSameExtensions(const InnerProvider& one, const InnerProvider& other) {
    const auto had = [](const InnerProvider& inner) {
        return std::tuple(inner.sites != nullptr, inner.products != nullptr, inner.identities != nullptr,
                          inner.revoker != nullptr);
    };
    return had(one) == had(other);
}

template <class Guarded>
std::unique_ptr<const Guarded> guardIf(bool isOffered, const InnerSlot& inner, const Guard& guard) {
    return isOffered ? std::make_unique<const Guarded>(inner, guard) : nullptr;
}

} // namespace

GuardedProvider::GuardedProvider(const std::string& name, const std::string& pluginId,
                                 std::unique_ptr<const provider::Provider> inner, UpstreamPool& pool,
                                 provider::Log& log, GuardOptions options)
    : _urlLimit(options.urlLimit),
      _guard(std::make_shared<const CallGuard>(name, pluginId, pool, log, std::move(options))),
      _inner(std::make_unique<InnerSlot>(ask(std::move(inner), *_guard))),
      _properties(_inner->current()->properties),
      _siteLister(guardIf<GuardedSiteLister>(_inner->current()->sites != nullptr, *_inner, _guard)),
      _productLocator(
          guardIf<GuardedProductLocator>(_inner->current()->products != nullptr, *_inner, _guard)),
      _identityReader(
          guardIf<GuardedIdentityReader>(_inner->current()->identities != nullptr, *_inner, _guard)),
      _revoker(guardIf<GuardedRevoker>(_inner->current()->revoker != nullptr, *_inner, _guard)) {}

GuardedProvider::~GuardedProvider() = default;

void GuardedProvider::replace(std::unique_ptr<const provider::Provider> inner) {
    auto next = ask(std::move(inner), *_guard);
    // Services have taken both over at the start.
    if (comparable(next->properties) != comparable(_properties))
        throw PluginFault("its properties depend on a secret");
    if (!haveSameExtensions(*next, *_inner->current()))
        throw PluginFault("its extensions depend on a secret");
    _inner->replace(std::move(next));
}

provider::Properties GuardedProvider::properties() const {
    return _properties;
}

std::string GuardedProvider::authorizationUrl(const provider::AuthorizationRequest& request) const {
    return _guard->run<std::string>({"authorization_url", Effect::reads},
                                    {std::chrono::steady_clock::now() + _urlLimit, {}},
                                    [inner = _inner->current(), copy = request](const Call&) {
                                        return inner->provider->authorizationUrl(copy);
                                    });
}

provider::TokenSet GuardedProvider::exchange(const provider::CodeExchange& exchange, const Call& call) const {
    const std::shared_ptr<const provider::CodeExchange> copy(new provider::CodeExchange{
        exchange.code.clone(), exchange.redirectUri, exchange.codeVerifier.clone()});
    return _guard->run<provider::TokenSet>({"exchange", Effect::spends}, call,
                                           [inner = _inner->current(), copy](const Call& owned) {
                                               return inner->provider->exchange(*copy, owned);
                                           });
}

provider::TokenSet GuardedProvider::refresh(const Secret& refreshToken, const Call& call) const {
    return _guard->run<provider::TokenSet>(
        {"refresh", Effect::spends}, call,
        [inner = _inner->current(), token = own(refreshToken)](const Call& owned) {
            return inner->provider->refresh(*token, owned);
        });
}

const void* GuardedProvider::extension(std::string_view id) const noexcept {
    if (id == provider::SiteLister::extensionId)
        return _siteLister.get();
    if (id == provider::ProductLocator::extensionId)
        return _productLocator.get();
    if (id == provider::IdentityReader::extensionId)
        return _identityReader.get();
    if (id == provider::Revoker::extensionId)
        return _revoker.get();
    return nullptr;
}

} // namespace central_oauth::loader
