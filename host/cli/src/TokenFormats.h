// SPDX-License-Identifier: Apache-2.0
// The forms in which `central-oauth token` prints an access token.
#pragma once

#include "central_oauth/cli/Answers.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/SettingsFile.h"

namespace central_oauth::cli {

/// Whether the environment configures a product that the account does not serve.
[[nodiscard]] bool hasOtherProduct(const TokenPayload& token, const VariableLookup& variable);

/// All that goes to the output, with its last line end. `variable` looks up the caller's environment, into
/// which assignments go. Throws: Failure(usage) for TokenFormat::env where the account has no site or a
/// product without variables; UnreadableAnswer where the site's URL is none.
[[nodiscard]] provider::Secret formatToken(const TokenPayload& token, TokenFormat format,
                                           const VariableLookup& variable);

} // namespace central_oauth::cli
