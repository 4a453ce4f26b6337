// SPDX-License-Identifier: Apache-2.0
// What a client asks for when it creates a link, and the rules of each field.
#pragma once

#include "central_oauth/base/StrongId.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <string>
#include <vector>

namespace central_oauth::services {

/// The fields of POST /v1/link-code. Any may be empty; LinkService::create checks them all.
struct LinkRequest {
    std::string provider{};   ///< empty: the account's, or the only one that is configured
    std::string subject{};    ///< ≤ 128 bytes, opaque; empty: the account's
    std::string label{};      ///< ≤ 64 printable characters
    std::string site{};       ///< site id or https URL; empty: the grant must reach exactly one
    std::string onBehalfOf{}; ///< ≤ 64 printable characters; confidential clients only, some must
    std::vector<std::string> requiredScopes{}; ///< ≤ 50, each one of the provider's
    base::AccountId account{};                 ///< to be linked again; one of the caller's
    std::string expectedUpstreamId{};          ///< the one upstream id that may consent, ≤ 128 bytes
    std::string loginHint{};                   ///< ≤ 254 printable characters
    std::string codeChallenge{};               ///< of the verifier to poll with; empty: a secret is issued
    std::string codeChallengeMethod{};         ///< "S256", with a challenge only
};

/// Checks the texts of a request. Throws: invalidRequest, which says what is wrong with the first bad text
/// and how to fix it.
void checkTexts(const LinkRequest& request, const domain::Client& client);

/// Refuses a link that does not say whom it is for, if the client has to say so. Throws: invalidRequest.
void requirePerson(const LinkRequest& request, const domain::Client& client);

/// Returns the provider of that name, or for an empty name the only one there is. Throws: invalidRequest.
[[nodiscard]] const ConfiguredProvider& requireProvider(const ProviderCatalog& providers,
                                                        const std::string& name);

/// Returns the SHA-256 of the verifier, which the request's challenge encodes; empty without a challenge.
/// Throws: invalidRequest.
[[nodiscard]] std::string verifierHashOf(const LinkRequest& request);

/// Returns the required scopes, each once. Throws: invalidRequest naming one that is not the provider's.
[[nodiscard]] std::vector<std::string> requiredScopesOf(const LinkRequest& request,
                                                        const ConfiguredProvider& provider);

} // namespace central_oauth::services
