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

/// The token payload. `wantedSite` (id or URL) picks another site than the account's own.
/// Throws: siteNotAllowed if the grant does not reach it.
[[nodiscard]] Poco::JSON::Object tokenPayload(const store::Account& account, const store::Tokens& tokens,
                                              base::Timestamp now, const std::string& wantedSite = {});

/// An account without its tokens. `provider` may be null.
[[nodiscard]] Poco::JSON::Object accountPayload(const store::Account& account,
                                                const services::ConfiguredProvider* provider);

/// The body for POST /v1/link-code that links this account's identity anew.
[[nodiscard]] Poco::JSON::Object relinkBody(const store::Account& account);

/// Why an account needs to be linked again and who can mend it, in words. `reason` as in store::Account.
[[nodiscard]] std::string reauthWords(const std::string& reason);

} // namespace central_oauth::endpoints
