// SPDX-License-Identifier: Apache-2.0
// The forms in which `central-oauth token` prints an access token.
#pragma once

#include "central_oauth/cli/Answers.h"
#include "central_oauth/cli/CommandLine.h"

namespace central_oauth::cli {

/// All that goes to the output, with its last line end. Pure.
/// Throws: Failure(usage) for TokenFormat::env where the account has no site or a product without variables;
/// UnreadableAnswer where the site's URL is none.
[[nodiscard]] provider::Secret formatToken(const TokenPayload& token, TokenFormat format);

} // namespace central_oauth::cli
