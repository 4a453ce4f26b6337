// SPDX-License-Identifier: Apache-2.0
// Errors of requests as such, and of a daemon that can't serve.
#include "Provocations.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>

namespace central_oauth::test {

namespace {

using Poco::Data::Keywords::now;

constexpr std::size_t tooManyBytes = 17000; // too many for a body, a head, and a request line

std::string head(const std::string& method, const std::string& target, const std::string& fields) {
    return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields;
}

HttpAnswer healthWith(const ErrorWorld& world, const std::string& fields) {
    return world.sendRaw("GET", "/v1/healthz", head("GET", "/v1/healthz", fields));
}

HttpAnswer ofLongTarget(const ErrorWorld& world) {
    const auto target = "/v1/healthz?x=" + std::string(tooManyBytes, 'x');
    return world.sendRaw("GET", target, head("GET", target, "\r\n"));
}

HttpAnswer ofForeignMediaType(ErrorWorld& world) {
    return exchange({"POST",
                     world.service().url() + "/v1/link-code",
                     {{"Authorization", "Bearer " + world.key()}, {"Content-Type", "text/plain"}},
                     "{}"});
}

// Another program keeps a write transaction open.
HttpAnswer whileStoreIsLocked(ErrorWorld& world) {
    Poco::Data::SQLite::Connector::registerConnector();
    Poco::Data::Session writer("SQLite", world.service().database().string());
    writer << "BEGIN IMMEDIATE", now;
    auto answer = world.post("/v1/link-code", R"({"provider":"jira"})");
    writer << "ROLLBACK", now;
    world.awaitStore();
    return answer;
}

// A report asks upstream, and one caller waits for it already.
HttpAnswer whileUpstreamHangs(ErrorWorld& world) {
    const auto refused = world.newAccount();
    return world.whileUpstreamHangs([&] { return world.report(refused, 1, 403); });
}

} // namespace

Provocations requestProvocations() {
    return {
        {"400 invalid_request", [](auto& world) { return world.post("/v1/link-code", "{"); }},
        {"400 credential_in_url", [](auto& world) { return world.get("/v1/accounts?subject=cog_x"); }},
        {"401 invalid_credential", [](auto& world) { return world.service().get("/v1/accounts", {}); }},
        {"403 insufficient_scope",
         [](auto& world) { return world.service().post("/v1/link-code", world.readerKey(), "{}"); }},
        {"404 not_found", [](auto& world) { return world.get("/v1/accounts/acc_unknown"); }},
        {"405 method_not_allowed", [](auto& world) { return world.remove("/v1/link-code"); }},
        // The head never ends.
        {"408 request_timeout", [](auto& world) { return healthWith(world, ""); }},
        {"413 payload_too_large",
         [](auto& world) {
             return world.post("/v1/link-code", R"({"label":")" + std::string(tooManyBytes, 'x') + "\"}");
         }},
        {"414 invalid_request", [](auto& world) { return ofLongTarget(world); }},
        {"415 unsupported_media_type", [](auto& world) { return ofForeignMediaType(world); }},
        {"417 invalid_request", [](auto& world) { return healthWith(world, "Expect: a miracle\r\n\r\n"); }},
        {"431 invalid_request",
         [](auto& world) {
             return healthWith(world, "X-Long: " + std::string(tooManyBytes, 'x') + "\r\n\r\n");
         }},
        {"500 internal",
         [](auto& world) {
             const auto account = world.fixtureAccount("throwing");
             world.expireTokens();
             return world.token(account);
         }},
        {"501 not_implemented", [](auto& world) { return world.service().get("/v1/metrics", {}); }},
        {"503 store_unavailable", [](auto& world) { return whileStoreIsLocked(world); }},
        {"503 busy", [](auto& world) { return whileUpstreamHangs(world); }},
    };
}

} // namespace central_oauth::test
