// SPDX-License-Identifier: Apache-2.0
// Each call as work that owns copies of its inputs.
#include "central_oauth/loader/GuardedProvider.h"

#include "CallGuard.h"
#include "central_oauth/base/WebUrl.h"

namespace central_oauth::loader {

using provider::Call;
using provider::Secret;

namespace {

using InnerProvider = std::shared_ptr<const provider::Provider>;
using Guard = std::shared_ptr<const CallGuard>;

std::shared_ptr<const Secret> own(const Secret& secret) {
    return std::make_shared<const Secret>(secret.clone());
}

// Shares the inner provider, because it owns the extension that the raw reference names.
class GuardedSiteLister final : public provider::SiteLister {
public:
    GuardedSiteLister(InnerProvider inner, const SiteLister& sites, Guard guard)
        : _inner(std::move(inner)), _sites(sites), _guard(std::move(guard)) {}
    [[nodiscard]] std::vector<provider::Site> listSites(const Secret& accessToken,
                                                        const Call& call) const override {
        auto sites = _guard->run<std::vector<provider::Site>>(
            {"list_sites", Effect::reads}, call,
            [inner = _inner, &sites = _sites, token = own(accessToken)](const Call& owned) {
                return sites.listSites(*token, owned);
            });
        // The store looks sites up by this spelling.
        for (auto& site : sites)
            site.url = base::canonicalSiteUrl(site.url);
        return sites;
    }

private:
    InnerProvider _inner;
    const SiteLister& _sites;
    Guard _guard;
};

class GuardedProductLocator final : public provider::ProductLocator {
public:
    GuardedProductLocator(InnerProvider inner, const ProductLocator& products, Guard guard)
        : _inner(std::move(inner)), _products(products), _guard(std::move(guard)) {}
    // Runs on the caller's thread, because it needs no I/O.
    [[nodiscard]] std::string apiBaseUrl(std::string_view product, std::string_view siteId) const override {
        auto url = _guard->contain("api_base_url", [&] {
            auto built = _products.apiBaseUrl(product, siteId);
            return built.empty() ? std::nullopt : std::optional(std::move(built));
        });
        return std::move(url).value_or(std::string());
    }

private:
    InnerProvider _inner;
    const ProductLocator& _products;
    Guard _guard;
};

class GuardedIdentityReader final : public provider::IdentityReader {
public:
    GuardedIdentityReader(InnerProvider inner, const IdentityReader& identities, Guard guard)
        : _inner(std::move(inner)), _identities(identities), _guard(std::move(guard)) {}
    [[nodiscard]] provider::Identity readIdentity(const Secret& accessToken,
                                                  const Call& call) const override {
        return _guard->run<provider::Identity>(
            {"read_identity", Effect::reads}, call,
            [inner = _inner, &identities = _identities, token = own(accessToken)](const Call& owned) {
                return identities.readIdentity(*token, owned);
            });
    }

private:
    InnerProvider _inner;
    const IdentityReader& _identities;
    Guard _guard;
};

class GuardedRevoker final : public provider::Revoker {
public:
    GuardedRevoker(InnerProvider inner, const Revoker& revoker, Guard guard)
        : _inner(std::move(inner)), _revoker(revoker), _guard(std::move(guard)) {}
    [[nodiscard]] provider::RevocationOutcome revoke(const Secret& refreshToken,
                                                     const Call& call) const override {
        return _guard->run<provider::RevocationOutcome>(
            {"revoke", Effect::spends}, call,
            [inner = _inner, &revoker = _revoker, token = own(refreshToken)](const Call& owned) {
                return revoker.revoke(*token, owned);
            });
    }

private:
    InnerProvider _inner;
    const Revoker& _revoker;
    Guard _guard;
};

template <class Guarded, class Extension>
std::unique_ptr<const Extension> guardExtension(const InnerProvider& inner, const Guard& guard) {
    const auto* found = static_cast<const Extension*>(inner->extension(Extension::extensionId));
    return found == nullptr ? nullptr : std::make_unique<const Guarded>(inner, *found, guard);
}

} // namespace

GuardedProvider::GuardedProvider(const std::string& name, const std::string& pluginId,
                                 std::unique_ptr<const provider::Provider> inner, UpstreamPool& pool,
                                 provider::Log& log, GuardOptions options)
    : _inner(std::move(inner)),
      _urlLimit(options.urlLimit),
      _guard(std::make_shared<const CallGuard>(name, pluginId, pool, log, std::move(options))),
      _properties(_guard->contain("properties", [this] { return _inner->properties(); })),
      _siteLister(guardExtension<GuardedSiteLister, provider::SiteLister>(_inner, _guard)),
      _productLocator(guardExtension<GuardedProductLocator, provider::ProductLocator>(_inner, _guard)),
      _identityReader(guardExtension<GuardedIdentityReader, provider::IdentityReader>(_inner, _guard)),
      _revoker(guardExtension<GuardedRevoker, provider::Revoker>(_inner, _guard)) {}

GuardedProvider::~GuardedProvider() = default;

provider::Properties GuardedProvider::properties() const {
    return _properties;
}

std::string GuardedProvider::authorizationUrl(const provider::AuthorizationRequest& request) const {
    return _guard->run<std::string>(
        {"authorization_url", Effect::reads}, {std::chrono::steady_clock::now() + _urlLimit, {}},
        [inner = _inner, copy = request](const Call&) { return inner->authorizationUrl(copy); });
}

provider::TokenSet GuardedProvider::exchange(const provider::CodeExchange& exchange, const Call& call) const {
    const std::shared_ptr<const provider::CodeExchange> copy(new provider::CodeExchange{
        exchange.code.clone(), exchange.redirectUri, exchange.codeVerifier.clone()});
    return _guard->run<provider::TokenSet>(
        {"exchange", Effect::spends}, call,
        [inner = _inner, copy](const Call& owned) { return inner->exchange(*copy, owned); });
}

provider::TokenSet GuardedProvider::refresh(const Secret& refreshToken, const Call& call) const {
    return _guard->run<provider::TokenSet>({"refresh", Effect::spends}, call,
                                           [inner = _inner, token = own(refreshToken)](const Call& owned) {
                                               return inner->refresh(*token, owned);
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
