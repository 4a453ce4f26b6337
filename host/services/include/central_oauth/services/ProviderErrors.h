// SPDX-License-Identifier: Apache-2.0
// How a provider's failures are logged and what they mean to a caller.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/provider/Provider.h"

#include <string>
#include <string_view>

namespace central_oauth::services {

/// The name of a failure in the store and on the wire: its kind's, or that of the part of this service's own
/// surroundings that failed, e.g. "dns_failed". Do not rename on disk.
[[nodiscard]] std::string_view problemName(const provider::ProviderError& failure) noexcept;

/// Who has to act on a failure. What failed in this service's own surroundings is its operator's, whatever
/// the plugin made of it.
[[nodiscard]] base::Cause causeOf(const provider::ProviderError& failure) noexcept;

/// One log line; what the operator has to act on is an error, the rest are warnings.
void logProviderError(const logging::Channel& log, std::string_view message, const std::string& providerName,
                      const provider::ProviderError& failure);

/// The host error of a failed provider call (docs/architecture.md, "Errors"). `retryAfter` is what the caller
/// is told where the provider said nothing.
/// It says who has to act; for the operator's own faults also what failed.
[[nodiscard]] base::Error hostError(const provider::ProviderError& failure, std::chrono::seconds retryAfter);

/// A provider's extension by its class, or null. Valid as long as the provider.
template <class Extension>
[[nodiscard]] const Extension* extensionOf(const provider::Provider& provider) noexcept {
    return static_cast<const Extension*>(provider.extension(Extension::extensionId));
}

} // namespace central_oauth::services
