// SPDX-License-Identifier: Apache-2.0
// Revocation at Atlassian.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <string>
#include <vector>

namespace central_oauth::atlassian {

/// Sends an RFC 7009 request to an endpoint that Atlassian's discovery document names but its documentation
/// does not. So every answer means "attempted". It may end every link of the same person and app.
///
/// Borrows the context. Immutable, thread-safe.
///
/// Errors: ProviderError if no answer came: transient, ambiguous, rateLimited.
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
