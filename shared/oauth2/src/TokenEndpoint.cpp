// SPDX-License-Identifier: Apache-2.0
// Token requests in both body formats, and their answers.
#include "central_oauth/oauth2/TokenEndpoint.h"

#include "central_oauth/oauth2/Encoding.h"
#include "central_oauth/oauth2/Json.h"
#include "central_oauth/oauth2/Reply.h"
#include "central_oauth/oauth2/TokenResponse.h"

#include <algorithm>
#include <sstream>

#include <Poco/Base64Encoder.h>

namespace central_oauth::oauth2 {

using provider::ProviderError;
using provider::ProviderErrorKind;
using provider::Secret;

namespace {

const std::string endpointName = "token endpoint";

void appendQuoted(std::string& text, std::string_view value) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += '"';
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            text.append({'\\', c});
        else if (byte < 0x20)
            text.append({'\\', 'u', '0', '0', digits[byte >> 4U], digits[byte & 15U]});
        else
            text += c;
    }
    text += '"';
}

void appendEncoded(std::string& text, std::string_view value) {
    const Secret encoded(percentEncode(value));
    text.append(encoded.reveal());
}

std::string basicCredentials(const std::string& clientId, const Secret& secret) {
    // RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined.
    const Secret joined(percentEncode(clientId) + ":" + percentEncode(secret.reveal()));
    std::ostringstream encoded;
    Poco::Base64Encoder encoder(encoded);
    encoder.rdbuf()->setLineLength(0);
    encoder << joined.reveal();
    encoder.close();
    return "Basic " + encoded.str();
}

// A text from upstream enters the operator's log only if it is a plain code.
std::string loggable(const std::string& error) {
    const bool plain = error.size() <= 64 && std::all_of(error.begin(), error.end(), [](char c) {
                           return (c >= 'a' && c <= 'z') || c == '_' || c == '-' || (c >= '0' && c <= '9');
                       });
    return plain ? error : "(malformed code)";
}

} // namespace

Secret encodeBody(BodyFormat format, const GrantParameters& parameters) {
    std::string text;
    // A character grows to six at most. Reserves all: a growing string leaves copies of tokens behind.
    std::size_t bound = 2;
    for (const auto& [name, value] : parameters)
        bound += 6 * (name.size() + value.size()) + 6;
    text.reserve(bound);
    const bool json = format == BodyFormat::json;
    char separator = '{';
    for (const auto& [name, value] : parameters) {
        if (value.empty())
            continue;
        if (json) {
            text += separator;
            appendQuoted(text, name);
            text += ':';
            appendQuoted(text, value);
        } else {
            text.append(text.empty() ? "" : "&").append(name).append("=");
            appendEncoded(text, value);
        }
        separator = ',';
    }
    if (json)
        text.append(text.empty() ? "{}" : "}");
    return Secret(std::move(text));
}

TokenEndpoint::TokenEndpoint(const provider::Context& context, TokenEndpointOptions options)
    : _context(context), _options(std::move(options)), _errors(_options.errorRules) {}

provider::TokenSet TokenEndpoint::exchange(const provider::CodeExchange& exchange, const provider::Call& call,
                                           const GrantParameters& extra) const {
    GrantParameters parameters{{"grant_type", "authorization_code"},
                               {"code", exchange.code.reveal()},
                               {"redirect_uri", exchange.redirectUri},
                               {"code_verifier", exchange.codeVerifier.reveal()}};
    parameters.insert(parameters.end(), extra.begin(), extra.end());
    return askWithEachSecret(GrantType::authorizationCode, parameters, call);
}

provider::TokenSet TokenEndpoint::refresh(const Secret& refreshToken, const provider::Call& call,
                                          const GrantParameters& extra) const {
    GrantParameters parameters{{"grant_type", "refresh_token"}, {"refresh_token", refreshToken.reveal()}};
    parameters.insert(parameters.end(), extra.begin(), extra.end());
    return askWithEachSecret(GrantType::refreshToken, parameters, call);
}

provider::TokenSet TokenEndpoint::askWithEachSecret(GrantType grant, const GrantParameters& parameters,
                                                    const provider::Call& call) const {
    if (_options.clientSecrets.empty())
        return ask(grant, parameters, Secret(), call);
    for (std::size_t i = 0; i + 1 < _options.clientSecrets.size(); ++i) {
        try {
            return ask(grant, parameters, _options.clientSecrets[i], call);
        } catch (const ProviderError& error) {
            // A refused client spends neither code nor token, so the same request can be sent with the next
            // secret.
            if (error.kind() != ProviderErrorKind::misconfigured)
                throw;
        }
    }
    return ask(grant, parameters, _options.clientSecrets.back(), call);
}

provider::TokenSet TokenEndpoint::ask(GrantType grant, const GrantParameters& parameters,
                                      const Secret& secret, const provider::Call& call) const {
    const provider::HttpRequest toSend = request(parameters, secret, call);
    return read(grant, sendChecked(_context, toSend, Effect::spends, endpointName));
}

provider::HttpRequest TokenEndpoint::request(GrantParameters parameters, const Secret& secret,
                                             const provider::Call& call) const {
    provider::HttpRequest request;
    request.method = "POST";
    request.url = _options.url;
    request.deadline = call.deadline;
    request.headers = {{"Accept", "application/json"}};
    request.headers.emplace_back("Content-Type", _options.format == BodyFormat::json
                                                     ? "application/json"
                                                     : "application/x-www-form-urlencoded");
    if (_options.authentication == ClientAuthentication::body)
        parameters.insert(parameters.end(),
                          {{"client_id", _options.clientId}, {"client_secret", secret.reveal()}});
    else
        request.headers.emplace_back("Authorization", basicCredentials(_options.clientId, secret));
    request.body = encodeBody(_options.format, parameters);
    return request;
}

provider::TokenSet TokenEndpoint::read(GrantType grant, const provider::HttpResponse& response) const {
    const bool success = response.status / 100 == 2;
    const bool spent = success && grant == GrantType::refreshToken;
    const std::string detail = endpointName + " answered status " + std::to_string(response.status);
    std::optional<ProviderError> named;
    try {
        const auto body = parseObject(response.body, "token response");
        named = namedError(grant, response, body);
        if (!named && success)
            return readTokenSet(body, _options.defaultLifetime);
    } catch (const ProviderError& shape) {
        throw ProviderError(spent ? ProviderErrorKind::ambiguous : ProviderErrorKind::protocol,
                            detail + "; " + shape.what());
    }
    throw named.value_or(ProviderError(ProviderErrorKind::protocol, detail + " without an error code"));
}

std::optional<ProviderError> TokenEndpoint::namedError(GrantType grant,
                                                       const provider::HttpResponse& response,
                                                       const Poco::JSON::Object::Ptr& body) const {
    const auto textOf = [&](const char* member) {
        const auto value = body->get(member);
        return !value.isEmpty() && value.isString() ? value.extract<std::string>() : std::string();
    };
    const std::string error = textOf("error");
    if (error.empty())
        return std::nullopt;
    return ProviderError(_errors.kindOf(grant, error, textOf("error_description")),
                         endpointName + " answered " + loggable(error) + " with status " +
                             std::to_string(response.status),
                         retryAfterOf(response, _context.clock));
}

} // namespace central_oauth::oauth2
