// SPDX-License-Identifier: Apache-2.0
// The configured providers by name.
#pragma once

#include "central_oauth/loader/GuardedProvider.h"
#include "central_oauth/loader/PluginLibrary.h"
#include "central_oauth/provider/Provider.h"

#include <memory>
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
    std::shared_ptr<const GuardedProvider> provider; ///< never null
};

/// What one provider is made of. The context outlives every registry that was built with it.
struct ProviderDefinition {
    std::string name;
    PluginLibrary library;
    provider::Settings settings;
    provider::Context context;
};

/// An ordered collection of providers; a changed setting makes a new registry.
///
/// Shares the providers. Threads: any; immutable after construction.
class ProviderRegistry {
public:
    ProviderRegistry() = default;
    explicit ProviderRegistry(std::vector<ConfiguredProvider> providers) : _providers(std::move(providers)) {}

    /// The provider, valid as long as this registry; null: none has this name.
    [[nodiscard]] const ConfiguredProvider* find(std::string_view name) const noexcept;

    /// All of them, in the order of configuration.
    [[nodiscard]] const std::vector<ConfiguredProvider>& all() const noexcept { return _providers; }

private:
    std::vector<ConfiguredProvider> _providers;
};

/// Why a provider could not be made, in a sentence for the operator.
struct ProviderRefusal {
    std::string name;
    std::string message;
};

/// What buildRegistry could make and everything that it could not.
struct RegistryOutcome {
    ProviderRegistry registry; ///< of those that could be made
    std::vector<ProviderRefusal> refusals;
};

/// Creates every provider behind its guard and collects every refusal. Throws nothing of a plugin's.
[[nodiscard]] RegistryOutcome buildRegistry(std::vector<ProviderDefinition> definitions, UpstreamPool& pool,
                                            const GuardOptions& options = {});

} // namespace central_oauth::loader
