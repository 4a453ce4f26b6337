// SPDX-License-Identifier: Apache-2.0
// The JSON objects of the API, each made in one place.
#pragma once

#include "central_oauth/http/Response.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/store/Records.h"

#include <string>

#include <Poco/JSON/Object.h>

namespace central_oauth::endpoints {

/// An object whose members keep the order in which they are set.
[[nodiscard]] Poco::JSON::Object orderedObject();

/// The object as JSON text without white space.
[[nodiscard]] std::string toText(const Poco::JSON::Object& object);

/// An answer of that status with that object as its body.
[[nodiscard]] http::Response jsonAnswer(int status, const Poco::JSON::Object& object);

/// The token payload, of the account's chosen site.
[[nodiscard]] Poco::JSON::Object tokenPayload(const store::Account& account, const store::Tokens& tokens,
                                              base::Timestamp now);

/// An account without its tokens. `provider` is its provider, or null if that is not configured.
[[nodiscard]] Poco::JSON::Object accountPayload(const store::Account& account,
                                                const services::ConfiguredProvider* provider);

/// The body for POST /v1/link-code that links this very account anew. Scopes that `provider` no longer offers
/// are left out; null: it is not configured.
[[nodiscard]] Poco::JSON::Object relinkBody(const store::Account& account,
                                            const services::ConfiguredProvider* provider);

} // namespace central_oauth::endpoints
