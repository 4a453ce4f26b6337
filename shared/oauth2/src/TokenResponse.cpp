// SPDX-License-Identifier: Apache-2.0
// Reads tokens, lifetime and scopes from an untrusted JSON object.
#include "central_oauth/oauth2/TokenResponse.h"

#include "central_oauth/oauth2/Encoding.h"
#include "central_oauth/oauth2/Json.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Array.h>
#include <Poco/NumberParser.h>
#include <Poco/String.h>

namespace central_oauth::oauth2 {

using provider::ProviderError;
using provider::ProviderErrorKind;
using provider::Secret;

namespace {

constexpr std::size_t maximumScopes = 512;
constexpr std::size_t maximumScopeText = std::size_t{16} * 1024;

[[noreturn]] void refuse(const std::string& why) {
    throw ProviderError(ProviderErrorKind::protocol, "token response " + why);
}

// VSCHAR of RFC 6749 appendix A.12: such a value is safe in a header.
Secret checkedToken(std::string text, const char* member) {
    const bool visible = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    Secret token(std::move(text));
    if (!visible)
        refuse(std::string("has a malformed ") + member);
    return token;
}

void requireBearer(const JsonReader& reader) {
    const std::string type = reader.optionalText("token_type", 64);
    if (!type.empty() && Poco::icompare(type, "bearer") != 0)
        refuse("has an unknown token_type");
}

// If absent, the product's documented lifetime applies (RFC 6749 section 5.1). Any other value is taken as
// literally as possible: an overestimated lifetime would deliver expired tokens.
std::chrono::seconds lifetimeOf(const Poco::Dynamic::Var& value, std::chrono::seconds defaultLifetime) {
    constexpr double shortest = 60;
    constexpr double longest = 24.0 * 3600;
    if (value.isEmpty())
        return defaultLifetime;
    double number = 0;
    if (value.isString()) {
        if (!Poco::NumberParser::tryParseFloat(value.extract<std::string>(), number))
            number = 0;
    } else if (value.isNumeric() && !value.isBoolean()) {
        number = value.convert<double>();
    }
    if (std::isnan(number) || number < 1)
        number = shortest;
    return std::chrono::seconds(static_cast<std::chrono::seconds::rep>(std::min(number, longest)));
}

// scope-token of RFC 6749 section 3.3; scopes are compared and shown to people.
bool isScope(const std::string& scope) {
    return !scope.empty() && std::all_of(scope.begin(), scope.end(), [](char c) {
        return c > ' ' && c < '\x7f' && c != '"' && c != '\\';
    });
}

std::vector<std::string> listedScopes(const Poco::Dynamic::Var& member) {
    if (member.isString() && member.extract<std::string>().size() <= maximumScopeText)
        return splitScopes(member.extract<std::string>());
    std::vector<std::string> scopes;
    if (member.type() != typeid(Poco::JSON::Array::Ptr))
        return scopes;
    for (const auto& one : *member.extract<Poco::JSON::Array::Ptr>())
        if (one.isString())
            scopes.push_back(one.extract<std::string>());
    return scopes;
}

// Omits a malformed scope: upstream has already ended the previous refresh token, so the new pair must not be
// lost.
std::vector<std::string> scopesOf(const Poco::JSON::Object& object) {
    std::vector<std::string> scopes;
    for (const char* member : {"scope", "scopes"}) {
        for (auto& scope : listedScopes(object.get(member)))
            if (isScope(scope) && scope.size() <= maximumScopeText && scopes.size() < maximumScopes)
                scopes.push_back(std::move(scope));
        if (!scopes.empty())
            break;
    }
    return scopes;
}

} // namespace

provider::TokenSet readTokenSet(const Poco::JSON::Object::Ptr& object, std::chrono::seconds defaultLifetime) {
    const JsonReader reader(object, "token response");
    provider::TokenSet tokens;
    tokens.accessToken = checkedToken(reader.text("access_token", maximumTokenSize), "access_token");
    tokens.refreshToken =
        checkedToken(reader.optionalText("refresh_token", maximumTokenSize), "refresh_token");
    requireBearer(reader);
    tokens.expiresIn = lifetimeOf(object->get("expires_in"), defaultLifetime);
    tokens.scopes = scopesOf(*object);
    return tokens;
}

} // namespace central_oauth::oauth2
