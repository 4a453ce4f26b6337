// SPDX-License-Identifier: Apache-2.0
// Reads the person behind a grant from GET /me.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <string>

namespace central_oauth::atlassian {

/// Reads account id, name and, if the person shows it, e-mail address. Needs the scope read:me.
///
/// Borrows the context. Immutable, thread-safe.
///
/// Errors: ProviderError. invalidGrant: this *access token* was not accepted, as for CloudSiteLister.
/// misconfigured: read:me was not granted, or the app lacks the User Identity API.
class CloudIdentityReader final : public provider::IdentityReader {
public:
    CloudIdentityReader(const provider::Context& context, std::string url);

    [[nodiscard]] provider::Identity readIdentity(const provider::Secret& accessToken,
                                                  const provider::Call& call) const override;

private:
    provider::Context _context;
    std::string _url;
};

} // namespace central_oauth::atlassian
