// SPDX-License-Identifier: Apache-2.0
// POST /v1/link-code, GET /v1/poll/:link_code, DELETE /v1/link-code/:link_code.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/endpoints/JsonText.h"
#include "central_oauth/endpoints/RequestAuthenticator.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/services/links/LinkService.h"

#include <string>

namespace central_oauth::endpoints {

/// Adds the members that describe a new link, as in the 201 of POST /v1/link-code. Adds the link secret
/// unless the client polls with a link verifier. `publicUrl` has no trailing slash.
void addCreatedLink(JsonObject& answer, const services::CreatedLink& created, const std::string& publicUrl);

/// The client's side of linking. All it uses must outlive it.
/// Thread-safe.
class LinkEndpoints {
public:
    /// `publicUrl` is how browsers reach the service, without a trailing slash.
    LinkEndpoints(services::LinkService& links, const services::ProviderCatalog& providers,
                  const RequestAuthenticator& authenticator, const base::Clock& clock, std::string publicUrl);

    /// Adds the routes above. They refer to this object, which must outlive the router.
    void mount(http::Router& router);

private:
    [[nodiscard]] http::Response create(const http::Request& request);
    [[nodiscard]] http::Response poll(const http::Request& request);
    [[nodiscard]] http::Response cancel(const http::Request& request);
    [[nodiscard]] services::PollCredential credentialOf(const http::Request& request,
                                                        RequestAuthenticator::Cost cost) const;

    services::LinkService& _links;
    const services::ProviderCatalog& _providers;
    const RequestAuthenticator& _authenticator;
    const base::Clock& _clock;
    std::string _publicUrl;
};

} // namespace central_oauth::endpoints
