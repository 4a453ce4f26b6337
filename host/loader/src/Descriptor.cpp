// SPDX-License-Identifier: Apache-2.0
// The checks in the order in which it is safe to read the fields.
#include "Descriptor.h"

#include <string_view>

namespace central_oauth::loader {

PluginRefusal refusal(const std::string& id, RefusalReason reason, const std::string& text) {
    return {id, reason, "plugin " + id + ": " + text};
}

std::optional<PluginRefusal> refusalOf(const CentralOAuthProviderV1* descriptor, const std::string& id,
                                       HostSdk host) {
    // The size first: no field beyond it may be read.
    if (descriptor == nullptr || descriptor->structSize < sizeof(CentralOAuthProviderV1))
        return refusal(
            id, RefusalReason::malformedEntry,
            "its descriptor is missing or too short; build it with the macro CENTRAL_OAUTH_PROVIDER");
    if (descriptor->hostMinorNeeded > host.minor)
        return refusal(id, RefusalReason::sdkTooNew,
                       "it needs SDK 1." + std::to_string(descriptor->hostMinorNeeded) +
                           " and this host has 1." + std::to_string(host.minor) +
                           "; update the host or install an older plugin");
    if (descriptor->sdkMinor < host.lowestPluginMinor)
        return refusal(id, RefusalReason::sdkTooOld,
                       "it was built with SDK 1." + std::to_string(descriptor->sdkMinor) +
                           " and this host needs 1." + std::to_string(host.lowestPluginMinor) +
                           " at least; rebuild or update the plugin");
    if (descriptor->buildTag == nullptr || std::string_view(descriptor->buildTag) != CENTRAL_OAUTH_BUILD_TAG)
        return refusal(id, RefusalReason::buildTag,
                       "it was built for \"" +
                           std::string(descriptor->buildTag == nullptr ? "" : descriptor->buildTag) +
                           "\" and this host for \"" + CENTRAL_OAUTH_BUILD_TAG +
                           "\"; build both with the same standard library and settings");
    if (descriptor->id == nullptr || descriptor->version == nullptr || descriptor->displayName == nullptr ||
        descriptor->factory == nullptr)
        return refusal(id, RefusalReason::malformedEntry,
                       "its descriptor has empty fields; build it with the macro CENTRAL_OAUTH_PROVIDER");
    if (descriptor->id != id)
        return refusal(id, RefusalReason::otherId,
                       "the file contains the plugin \"" + std::string(descriptor->id) +
                           "\"; name the file after it");
    return std::nullopt;
}

} // namespace central_oauth::loader
