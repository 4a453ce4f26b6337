// SPDX-License-Identifier: Apache-2.0
// Revocation at Atlassian, as far as it exists.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <string>
#include <vector>

namespace central_oauth::atlassian {

/// Posts an RFC 7009 request to an endpoint that Atlassian's discovery names and its documentation does not:
/// whatever the answer, no more than "attempted" is known. It may end every link of the same person and app.
///
/// Borrows the context. Immutable, any thread.
///
/// Errors: ProviderError where no answer came: transient, ambiguous, rateLimited.
class CloudRevoker final : public provider::Revoker {
public:
    CloudRevoker(const provider::Context& context, std::string url, std::string clientId,
                 std::vector<provider::Secret> clientSecrets);

    [[nodiscard]] provider::RevocationOutcome revoke(const provider::Secret& refreshToken,
                                                     const provider::Call& call) const override;

private:
    provider::Context _context;
    std::string _url;
    std::string _clientId;
    std::vector<provider::Secret> _clientSecrets;
};

} // namespace central_oauth::atlassian
