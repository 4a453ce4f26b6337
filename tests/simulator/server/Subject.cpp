// SPDX-License-Identifier: Apache-2.0
#include "server/Subject.h"

namespace central_oauth::simulator {
namespace {

void takeFamily(World& world, const std::string& familyId, FaultSubject& subject) {
    const auto found = world.families.find(familyId);
    if (found == world.families.end())
        return;
    const Grant& grant = world.grantOf(found->second);
    subject.family = familyId;
    subject.user = grant.user;
    if (subject.clientId.empty())
        subject.clientId = grant.clientId;
}

void takePair(World& world, const TokenPair* pair, FaultSubject& subject) {
    if (pair != nullptr)
        takeFamily(world, pair->familyId, subject);
}

void takeUser(World& world, const std::string& name, FaultSubject& subject) {
    const User* user = world.findUser(name);
    if (user != nullptr)
        subject.user = user->handle;
}

void takeTokenRequest(World& world, const Call& call, FaultSubject& subject) {
    subject.clientId = readClient(call).id;
    subject.grantType = call.fields.get("grant_type");
    if (subject.grantType == "refresh_token")
        takePair(world, world.findByRefresh(call.fields.get("refresh_token")), subject);
    const auto code = world.codes.find(call.fields.get("code"));
    if (subject.grantType == "authorization_code" && code != world.codes.end())
        takeFamily(world, code->second.familyId, subject);
}

void takeRevocation(World& world, const Call& call, FaultSubject& subject) {
    subject.clientId = readClient(call).id;
    const std::string token = call.fields.get("token");
    const TokenPair* pair = world.findByRefresh(token);
    takePair(world, pair != nullptr ? pair : world.findByAccess(token), subject);
}

void takeConsent(World& world, const Call& call, FaultSubject& subject) {
    const auto pending = world.consents.find(call.fields.get("consent_id"));
    if (pending == world.consents.end())
        return;
    subject.user = pending->second.user;
    subject.clientId = pending->second.clientId;
}

} // namespace

FaultSubject subjectOf(SimState& state, const Route& route, const Call& call) {
    FaultSubject subject{std::string(route.name), std::string(route.host), ""};
    World& world = state.world;
    if (route.name == "token") {
        takeTokenRequest(world, call, subject);
    } else if (route.name == "revoke") {
        takeRevocation(world, call, subject);
    } else if (route.name == "consent") {
        takeConsent(world, call, subject);
    } else if (route.name == "authorize") {
        subject.clientId = call.query.get("client_id");
        takeUser(world, loggedInUser(state, call), subject);
    } else if (route.host == "api") {
        takePair(world, world.findByAccess(call.bearerToken()), subject);
    }
    return subject;
}

} // namespace central_oauth::simulator
