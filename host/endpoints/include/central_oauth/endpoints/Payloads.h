// SPDX-License-Identifier: Apache-2.0
// The JSON objects of the API, each made in one place.
#pragma once

#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/endpoints/JsonText.h"
#include "central_oauth/http/Response.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <chrono>
#include <optional>
#include <string>

namespace central_oauth::endpoints {

/// Returns an answer of that status with that object as its body.
[[nodiscard]] http::Response jsonAnswer(int status, JsonObject object);

/// Returns the 200 of a list: `items` and the cursor of the next page, null on the last.
[[nodiscard]] http::Response listAnswer(const JsonArray& items,
                                        const std::optional<std::string>& nextCursor = {});

/// Returns the token payload for the account's chosen site. `provider` is the account's provider, which says
/// where products are called. If it is null, it is not configured, and the payload names no product.
[[nodiscard]] JsonObject tokenPayload(const domain::Account& account, const domain::Tokens& tokens,
                                      const services::ConfiguredProvider* provider, base::Timestamp now);

/// The same for the site of that id, which is one of the account's.
[[nodiscard]] JsonObject tokenPayload(const domain::Account& account, const std::string& site,
                                      const domain::Tokens& tokens,
                                      const services::ConfiguredProvider* provider, base::Timestamp now);

/// Returns the account without its tokens. `provider` is its provider, or null if that is not configured.
/// `maxAge` is how long a grant is kept.
[[nodiscard]] JsonObject accountPayload(const domain::Account& account,
                                        const services::ConfiguredProvider* provider,
                                        std::chrono::seconds maxAge);

/// Returns the body for POST /v1/link-code that links this account again, without scopes that `provider` no
/// longer offers. `provider` is null if it is not configured.
[[nodiscard]] JsonObject relinkBody(const domain::Account& account,
                                    const services::ConfiguredProvider* provider);

} // namespace central_oauth::endpoints
