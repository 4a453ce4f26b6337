// SPDX-License-Identifier: Apache-2.0
// Calls a token endpoint (RFC 6749 section 3.2).
#pragma once

#include "central_oauth/oauth2/TokenErrorTable.h"
#include "central_oauth/provider/Provider.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <Poco/JSON/Object.h>

namespace central_oauth::oauth2 {

/// The format of a request body: JSON, or the form of RFC 6749.
enum class BodyFormat { json, form };

/// How the client authenticates (RFC 6749 section 2.3.1).
enum class ClientAuthentication { body, basic };

/// The differences between products.
struct TokenEndpointOptions {
    std::string url; ///< absolute, with the origin of one of the plugin's url settings
    BodyFormat format = BodyFormat::form;
    ClientAuthentication authentication = ClientAuthentication::body;
    std::string clientId;
    std::vector<provider::Secret> clientSecrets; ///< newest first; if one is refused, the next is tried
    std::chrono::seconds defaultLifetime{3600};  ///< of an access token if the answer has no lifetime
    std::vector<TokenErrorRule> errorRules;      ///< take precedence over RFC 6749 section 5.2
};

/// The parameters of a grant, borrowed for one call. Those with an empty value are not sent.
using GrantParameters = std::vector<std::pair<std::string_view, std::string_view>>;

/// Exchanges codes and refreshes tokens at one endpoint.
///
/// Borrows the context, which must outlive it. Immutable, thread-safe. Wipes request bodies.
///
/// Errors: ProviderError. The `error` code of a 4xx answer selects the kind from the table, whatever the
/// status. Without one: transient if the request was not sent, rateLimited for 429, ambiguous for 408, 5xx or
/// an incomplete answer. An unreadable 2xx answer is ambiguous for a refresh, whose token is probably spent,
/// and protocol for an exchange, whose code can't be sent again. A 3xx, or a 4xx without an error code, is
/// protocol: it came from something in front of the endpoint.
class TokenEndpoint {
public:
    /// Does no I/O.
    /// Call from the start-up thread.
    TokenEndpoint(const provider::Context& context, TokenEndpointOptions options);

    /// Sends the code once (RFC 6749 section 4.1.3, RFC 7636 section 4.5), and again with each further secret
    /// if the client was refused. `extra` adds parameters of the product.
    /// Runs on the upstream pool.
    [[nodiscard]] provider::TokenSet exchange(const provider::CodeExchange& exchange,
                                              const provider::Call& call,
                                              const GrantParameters& extra = {}) const;

    /// As exchange, with a refresh token (RFC 6749 section 6). The result's refresh token is empty if
    /// upstream does not rotate it.
    /// Runs on the upstream pool.
    [[nodiscard]] provider::TokenSet refresh(const provider::Secret& refreshToken, const provider::Call& call,
                                             const GrantParameters& extra = {}) const;

private:
    [[nodiscard]] provider::TokenSet askWithEachSecret(GrantType grant, const GrantParameters& parameters,
                                                       const provider::Call& call) const;
    [[nodiscard]] provider::TokenSet ask(GrantType grant, const GrantParameters& parameters,
                                         const provider::Secret& secret, const provider::Call& call) const;
    [[nodiscard]] provider::HttpRequest request(GrantParameters parameters, const provider::Secret& secret,
                                                const provider::Call& call) const;
    [[nodiscard]] provider::TokenSet read(GrantType grant, const provider::HttpResponse& response) const;
    [[nodiscard]] std::optional<provider::ProviderError>
    namedError(GrantType grant, const provider::HttpResponse& response,
               const Poco::JSON::Object::Ptr& body) const;

    provider::Context _context;
    TokenEndpointOptions _options;
    TokenErrorTable _errors;
};

/// Returns the body of a form or JSON request, without the values that are empty. Leaves no copy of a secret
/// behind.
/// Throws nothing.
[[nodiscard]] provider::Secret encodeBody(BodyFormat format, const GrantParameters& parameters);

} // namespace central_oauth::oauth2
