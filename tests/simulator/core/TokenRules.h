// SPDX-License-Identifier: Apache-2.0
// The token endpoint: code exchange, rotation with leeway, client credentials.
#pragma once

#include "core/Refusal.h"
#include "core/World.h"

#include <optional>
#include <string>

namespace central_oauth::simulator {

/// The parameters of a token request; absent ones are empty.
struct TokenRequest {
    std::string grantType;
    std::string clientId;
    std::string clientSecret;
    std::string code;
    std::string redirectUri;
    std::string codeVerifier;
    std::string refreshToken;
    std::string scope;
};

/// The content of a successful answer. `refreshToken` may be empty.
struct IssuedTokens {
    std::string accessToken;
    std::string refreshToken;
    Seconds expiresIn{0};
    ScopeSet scopes;
};

/// Answers token requests as auth.atlassian.com does.
///
/// Keeps a reference to the world. Not thread-safe, like World.
class TokenRules {
public:
    explicit TokenRules(World& world) : _world(world) {}

    /// Carries the request out. Throws: OAuthRefusal.
    [[nodiscard]] IssuedTokens answer(const TokenRequest& request);

    /// Returns the app if its secret is right. Throws: OAuthRefusal, 401 access_denied.
    const App& authenticate(const std::string& clientId, const std::string& clientSecret);

private:
    [[nodiscard]] IssuedTokens exchangeCode(const App& app, const TokenRequest& request);
    [[nodiscard]] IssuedTokens refresh(const App& app, const TokenRequest& request);
    [[nodiscard]] IssuedTokens clientCredentials(const App& app, const TokenRequest& request);

    [[nodiscard]] IssuedTokens refreshFirst(TokenPair& pair);
    void requireLiving(const TokenPair& pair);
    [[nodiscard]] IssuedTokens refreshAgain(TokenPair& exchanged);
    [[noreturn]] void punishReuse(const TokenPair& exchanged);
    [[noreturn]] void refuseDeadToken(const std::string& reason);
    [[nodiscard]] IssuedTokens describe(const TokenPair& pair) const;

    World& _world;
};

/// Returns the refusal of a dead refresh token in that wording, or in the one of the option
/// `dead_token_wording`. `random` draws from the world.
[[nodiscard]] OAuthRefusal deadTokenRefusal(World& world, const std::string& reason,
                                            std::optional<DeadTokenWording> wanted = std::nullopt);

} // namespace central_oauth::simulator
