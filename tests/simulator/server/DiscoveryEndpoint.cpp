// SPDX-License-Identifier: Apache-2.0
// The two static documents of the authorization server.
#include "server/Endpoints.h"

#include <string>

#include <Poco/JSON/Array.h>

namespace central_oauth::simulator {

Reply answerDiscovery(SimState& state, const Call&) {
    using Poco::JSON::Array;
    const std::string& base = state.baseUrl;
    Poco::JSON::Object object;
    object.set("issuer", base);
    object.set("authorization_endpoint", base + "/authorize");
    object.set("token_endpoint", base + "/oauth/token");
    object.set("device_authorization_endpoint", base + "/oauth/device/code");
    object.set("userinfo_endpoint", base + "/userinfo");
    object.set("registration_endpoint", base + "/oidc/register");
    object.set("revocation_endpoint", base + "/oauth/revoke");
    object.set("jwks_uri", base + "/.well-known/jwks.json");
    object.set("response_types_supported", Array{}.add("code"));
    object.set("code_challenge_methods_supported", Array{}.add("S256"));
    object.set("token_endpoint_auth_methods_supported",
               Array{}.add("client_secret_basic").add("client_secret_post"));
    return jsonReply(200, object);
}

Reply answerKeys(SimState&, const Call&) {
    Poco::JSON::Object key;
    key.set("kty", "RSA");
    key.set("use", "sig");
    key.set("alg", "RS256");
    key.set("kid", "atlassian-sim");
    key.set("e", "AQAB");
    // Not a real key: the signatures of the simulator's tokens are random.
    key.set("n", std::string(342, 'A'));
    Poco::JSON::Object object;
    object.set("keys", Poco::JSON::Array{}.add(key));
    return jsonReply(200, object);
}

} // namespace central_oauth::simulator
