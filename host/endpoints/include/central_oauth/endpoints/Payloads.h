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

/// Returns an empty object whose members keep the order in which they are set.
[[nodiscard]] Poco::JSON::Object orderedObject();

/// Returns the object as JSON text without white space.
[[nodiscard]] std::string toText(const Poco::JSON::Object& object);

/// Returns an answer of this status with this object as its body.
[[nodiscard]] http::Response jsonAnswer(int status, const Poco::JSON::Object& object);

/// Returns the 200 of a list: `items` and the cursor of the next page, null on the last.
[[nodiscard]] http::Response listAnswer(const Poco::JSON::Array& items,
                                        const std::optional<std::string>& nextCursor = {});

/// Returns the time in the form of RFC 3339, or JSON's null.
[[nodiscard]] Poco::Dynamic::Var timeOrNull(const std::optional<base::Timestamp>& time);

/// Returns the texts as a JSON array.
[[nodiscard]] Poco::JSON::Array textArray(const std::vector<std::string>& texts);

/// Returns the token payload for the account's chosen site. `provider` is the account's provider, which says
/// where products are called. If it is null, it is not configured, and the payload names no product.
[[nodiscard]] Poco::JSON::Object tokenPayload(const domain::Account& account, const domain::Tokens& tokens,
                                              const services::ConfiguredProvider* provider,
                                              base::Timestamp now);

/// Returns the account without its tokens. `provider` is its provider, or null if that is not configured.
[[nodiscard]] Poco::JSON::Object accountPayload(const domain::Account& account,
                                                const services::ConfiguredProvider* provider);

/// Returns the body for POST /v1/link-code that links this account again, without scopes that `provider` no
/// longer offers. `provider` is null if it is not configured.
[[nodiscard]] Poco::JSON::Object relinkBody(const domain::Account& account,
                                            const services::ConfiguredProvider* provider);

} // namespace central_oauth::endpoints
