// SPDX-License-Identifier: Apache-2.0
#include "IssuingKey.h"

#include "Query.h"
#include "central_oauth/base/Error.h"

namespace central_oauth::store {

std::optional<Timestamp> requireIssuer(Poco::Data::Session& session, const std::string& keyId,
                                       Timestamp now) {
    std::optional<Timestamp> expiresAt;
    if (keyId.empty())
        return expiresAt;
    Query query(session, "SELECT expires_at FROM client_keys WHERE key_id = ?");
    query.with(keyId).into(expiresAt);
    if (!query.next() || (expiresAt && *expiresAt <= now))
        throw base::Error(base::ErrorCode::invalidCredential);
    return expiresAt;
}

} // namespace central_oauth::store
