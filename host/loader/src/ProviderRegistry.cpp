// SPDX-License-Identifier: Apache-2.0
// Providers created one by one, each failure turned into a refusal.
#include "central_oauth/loader/ProviderRegistry.h"

#include "CallGuard.h"

#include <algorithm>

namespace central_oauth::loader {

namespace {

std::unique_ptr<const provider::Provider> createInner(ProviderDefinition& definition) {
    std::unique_ptr<const provider::Provider> inner =
        definition.library.factory().create(definition.context, std::move(definition.settings));
    if (!inner)
        throw PluginFault("no provider");
    return inner;
}

ConfiguredProvider create(ProviderDefinition& definition, UpstreamPool& pool, const GuardOptions& options) {
    const PluginLibrary& library = definition.library;
    auto guarded = std::make_shared<GuardedProvider>(definition.name, library.id(), createInner(definition),
                                                     pool, definition.context.log, options);
    return {definition.name, library.id(), library.version(), library.displayName(), std::move(guarded)};
}

std::string refusalText(const ProviderDefinition& definition) {
    const Thrown thrown = describeCurrentException();
    if (thrown.kind)
        return "provider " + definition.name + ": " + thrown.text;
    return "provider " + definition.name + ": plugin " + definition.library.id() +
           " failed in an unforeseen way; report that to its author (" + thrown.text + ")";
}

} // namespace

const ConfiguredProvider* ProviderRegistry::find(std::string_view name) const noexcept {
    const auto found =
        std::find_if(_providers.begin(), _providers.end(),
                     [&](const ConfiguredProvider& provider) { return provider.name == name; });
    return found == _providers.end() ? nullptr : &*found;
}

RegistryOutcome buildRegistry(std::vector<ProviderDefinition> definitions, UpstreamPool& pool,
                              const GuardOptions& options) {
    RegistryOutcome outcome;
    std::vector<ConfiguredProvider> providers;
    for (auto& definition : definitions) {
        const bool taken =
            std::any_of(providers.begin(), providers.end(),
                        [&](const ConfiguredProvider& earlier) { return earlier.name == definition.name; });
        if (taken) {
            outcome.refusals.push_back({definition.name, "provider " + definition.name +
                                                             " is configured twice; rename one of the two"});
            continue;
        }
        try {
            providers.push_back(create(definition, pool, options));
        } catch (...) {
            outcome.refusals.push_back({definition.name, refusalText(definition)});
        }
    }
    outcome.registry = ProviderRegistry(std::move(providers));
    return outcome;
}

std::optional<ProviderRefusal> replaceProvider(const ConfiguredProvider& configured,
                                               ProviderDefinition definition) {
    try {
        configured.provider->replace(createInner(definition));
        return std::nullopt;
    } catch (...) {
        return ProviderRefusal{definition.name, refusalText(definition)};
    }
}

} // namespace central_oauth::loader
