// SPDX-License-Identifier: Apache-2.0
// The configured providers by name.
#pragma once

#include "central_oauth/loader/GuardedProvider.h"
#include "central_oauth/loader/PluginLibrary.h"
#include "central_oauth/provider/Provider.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::loader {

/// One provider, ready to be called.
struct ConfiguredProvider {
    std::string name;
    std::string pluginId;
    std::string pluginVersion;
    std::string displayName;
    std::shared_ptr<GuardedProvider> provider; ///< never null
};

/// The parts of one provider. The context must outlive every registry built with it.
struct ProviderDefinition {
    std::string name;
    PluginLibrary library;
    provider::Settings settings;
    provider::Context context;
};

/// The providers, in the order of configuration. A changed secret needs replaceProvider, any other changed
/// setting a new registry.
///
/// Shares the providers.
/// Thread-safe.
class ProviderRegistry {
public:
    ProviderRegistry() = default;
    explicit ProviderRegistry(std::vector<ConfiguredProvider> providers) : _providers(std::move(providers)) {}

    /// Returns the provider, valid as long as this registry, or null if none has this name.
    [[nodiscard]] const ConfiguredProvider* find(std::string_view name) const noexcept;

    /// All of them, in the order of configuration.
    [[nodiscard]] const std::vector<ConfiguredProvider>& all() const noexcept { return _providers; }

private:
    std::vector<ConfiguredProvider> _providers;
};

/// Why a provider could not be created, in a sentence for the operator.
struct ProviderRefusal {
    std::string name;
    std::string message;
};

/// The created providers, and the refused ones.
struct RegistryOutcome {
    ProviderRegistry registry; ///< the created providers
    std::vector<ProviderRefusal> refusals;
};

/// Creates every provider behind its guard and collects every refusal. Never throws a plugin's exception.
[[nodiscard]] RegistryOutcome buildRegistry(std::vector<ProviderDefinition> definitions, UpstreamPool& pool,
                                            const GuardOptions& options = {});

/// Creates the provider anew, with other secrets, and lets new calls go to it. Returns why that was refused;
/// the earlier provider stays in use then. Returns nullopt if it is done. Never throws a plugin's exception.
/// Requires: the definition of `configured`, but for its secrets. Call from one thread at a time.
[[nodiscard]] std::optional<ProviderRefusal> replaceProvider(const ConfiguredProvider& configured,
                                                             ProviderDefinition definition);

} // namespace central_oauth::loader
