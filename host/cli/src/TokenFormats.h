// SPDX-License-Identifier: Apache-2.0
// The forms in which `central-oauth token` prints an access token.
#pragma once

#include "central_oauth/cli/Answers.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/SettingsFile.h"

namespace central_oauth::cli {

/// Returns whether the environment configures a product that the account does not serve.
[[nodiscard]] bool hasOtherProduct(const TokenPayload& token, const VariableLookup& variable);

/// Returns the whole output, with its last line end. `variable` looks up the environment that assignments
/// change.
/// Throws: Failure(usage) for TokenFormat::env if the account has no site or a product without variables;
/// UnreadableAnswer if the site's URL is invalid.
[[nodiscard]] provider::Secret formatToken(const TokenPayload& token, TokenFormat format,
                                           const VariableLookup& variable);

} // namespace central_oauth::cli
