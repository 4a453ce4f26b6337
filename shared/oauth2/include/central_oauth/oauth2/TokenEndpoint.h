// SPDX-License-Identifier: Apache-2.0
// A token endpoint (RFC 6749 section 3.2) as a plugin calls it.
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

/// How parameters are written into a body: as JSON or, as RFC 6749 has it, as a form.
enum class BodyFormat { json, form };

/// How the client proves itself (RFC 6749 section 2.3.1).
enum class ClientAuthentication { body, basic };

/// What differs from product to product.
struct TokenEndpointOptions {
    std::string url; ///< absolute, of an origin that a url setting of the plugin names
    BodyFormat format = BodyFormat::form;
    ClientAuthentication authentication = ClientAuthentication::body;
    std::string clientId;
    std::vector<provider::Secret> clientSecrets; ///< newest first; the next is tried when one is refused
    std::chrono::seconds defaultLifetime{3600};  ///< of an access token whose answer names none
    std::vector<TokenErrorRule> errorRules;      ///< before those of RFC 6749 section 5.2
};

/// A grant's own parameters, borrowed for one call; those with an empty value are not sent.
using GrantParameters = std::vector<std::pair<std::string_view, std::string_view>>;

/// Exchanges codes and refreshes tokens at one endpoint.
///
/// Borrows the context, which outlives it. Immutable, any thread. Request bodies are wiped.
///
/// Errors: ProviderError. By the `error` code of the answer, through the table, whatever the 4xx status. Not
/// sent: transient; no whole answer, 408 or 5xx: ambiguous; 429: rateLimited. A 2xx answer that can't be read
/// is ambiguous for a refresh, whose token is probably spent, and protocol for an exchange, whose code can't
/// be sent again. A 3xx or a 4xx without an error code is protocol: it came from something in front of the
/// endpoint.
class TokenEndpoint {
public:
    /// Does no I/O. [start]
    TokenEndpoint(const provider::Context& context, TokenEndpointOptions options);

    /// Sends the code once (RFC 6749 section 4.1.3, RFC 7636 section 4.5), but for once more with each
    /// further secret where the client was refused. `extra` adds parameters of the product. [pool]
    [[nodiscard]] provider::TokenSet exchange(const provider::CodeExchange& exchange,
                                              const provider::Call& call,
                                              const GrantParameters& extra = {}) const;

    /// The same with a refresh token (RFC 6749 section 6). The result's refresh token is empty where upstream
    /// does not rotate it. [pool]
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

/// The body of a form or JSON request from borrowed values, those with an empty value left out; built so that
/// no copy of a secret stays behind. Throws: nothing.
[[nodiscard]] provider::Secret encodeBody(BodyFormat format, const GrantParameters& parameters);

} // namespace central_oauth::oauth2
