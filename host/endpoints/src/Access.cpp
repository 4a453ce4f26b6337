// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/Access.h"

#include "central_oauth/logging/RequestScope.h"

namespace central_oauth::endpoints {

using base::Error;
using base::ErrorCode;

provider::Secret Access::bearer(const http::Request& request) const {
    try {
        auto credential = request.bearer();
        if (!credential)
            throw Error(ErrorCode::invalidCredential, "Send the credential as Authorization: Bearer.");
        return std::move(*credential);
    } catch (const Error&) {
        countFailure(request);
        throw;
    }
}

services::Caller Access::caller(const http::Request& request) const {
    const auto key = bearer(request);
    try {
        auto caller = _clients.authenticate(key);
        if (auto* scope = logging::RequestScope::current())
            scope->add({"client", caller.client.id.value()});
        return caller;
    } catch (const Error& failure) {
        if (failure.code() == ErrorCode::invalidCredential)
            countFailure(request);
        throw;
    }
}

services::Source Access::source(const http::Request& request) {
    return {request.peerAddress(), request.userAgent(), request.correlationId()};
}

} // namespace central_oauth::endpoints
