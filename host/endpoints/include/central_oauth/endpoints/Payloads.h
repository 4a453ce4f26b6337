// SPDX-License-Identifier: Apache-2.0
// The JSON objects of the API, each made in one place.
#pragma once

#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/http/Response.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <optional>
#include <string>
#include <vector>

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

namespace central_oauth::endpoints {

/// An object whose members keep the order in which they are set.
[[nodiscard]] Poco::JSON::Object orderedObject();

/// The object as JSON text without white space.
[[nodiscard]] std::string toText(const Poco::JSON::Object& object);

/// An answer of that status with that object as its body.
[[nodiscard]] http::Response jsonAnswer(int status, const Poco::JSON::Object& object);

/// The 200 of a list: `items` and the cursor of the page after it, null on the last.
[[nodiscard]] http::Response listAnswer(const Poco::JSON::Array& items,
                                        const std::optional<std::string>& nextCursor = {});

/// A time as RFC 3339 has it, or null.
[[nodiscard]] Poco::Dynamic::Var timeOrNull(const std::optional<base::Timestamp>& time);

/// An array of those texts.
[[nodiscard]] Poco::JSON::Array textArray(const std::vector<std::string>& texts);

/// The token payload, of the account's chosen site. `provider` is the account's provider, which says where
/// products are called; null: it is not configured, and no product is named.
[[nodiscard]] Poco::JSON::Object tokenPayload(const domain::Account& account, const domain::Tokens& tokens,
                                              const services::ConfiguredProvider* provider,
                                              base::Timestamp now);

/// An account without its tokens. `provider` is its provider, or null if that is not configured.
[[nodiscard]] Poco::JSON::Object accountPayload(const domain::Account& account,
                                                const services::ConfiguredProvider* provider);

/// The body for POST /v1/link-code that links this very account anew. Scopes that `provider` no longer offers
/// are left out; null: it is not configured.
[[nodiscard]] Poco::JSON::Object relinkBody(const domain::Account& account,
                                            const services::ConfiguredProvider* provider);

} // namespace central_oauth::endpoints
