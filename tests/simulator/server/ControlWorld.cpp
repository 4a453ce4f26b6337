// SPDX-License-Identifier: Apache-2.0
// Control routes for apps, users and sites. Each POST creates a record, or changes the members that it names.
#include "server/ControlRoutes.h"

#include <algorithm>
#include <cstdint>

namespace central_oauth::simulator {
namespace {

Poco::JSON::Object appJson(const App& app) {
    Poco::JSON::Object object;
    object.set("client_id", app.clientId);
    object.set("name", app.name);
    object.set("redirect_uris", stringArray(app.redirectUris));
    object.set("scopes", stringArray(app.scopes));
    object.set("grant_type", app.grantType == AppGrantType::account ? "account" : "resource");
    object.set("shared", app.shared);
    object.set("owner", app.owner);
    return object;
}

Poco::JSON::Object userJson(const User& user) {
    Poco::JSON::Array denied;
    for (const auto& [site, product] : user.deniedProducts) {
        Poco::JSON::Object entry;
        entry.set("site", site);
        entry.set("product", product);
        denied.add(entry);
    }
    Poco::JSON::Object object;
    object.set("handle", user.handle);
    object.set("account_id", user.accountId);
    object.set("name", user.name);
    object.set("email", user.email);
    object.set("email_hidden", user.emailHidden);
    object.set("sites", stringArray(user.sites));
    object.set("denied", denied);
    return object;
}

Poco::JSON::Object siteJson(const Site& site) {
    Poco::JSON::Object object;
    object.set("id", site.cloudId);
    object.set("name", site.name);
    object.set("url", site.url);
    object.set("products", stringArray(site.products));
    return object;
}

template <typename Map, typename ToJson>
Reply listReply(const Map& map, ToJson toJson) {
    Poco::JSON::Array array;
    for (const auto& [key, value] : map)
        array.add(toJson(value));
    return arrayReply(array);
}

std::string requireName(const Poco::JSON::Object& body, const std::string& member) {
    const auto name = body.optValue<std::string>(member, "");
    if (name.empty())
        throw ControlError(member + " is missing");
    return name;
}

AppGrantType parseGrantType(const std::string& text) {
    if (text != "account" && text != "resource")
        throw ControlError("grant_type is account or resource");
    return text == "account" ? AppGrantType::account : AppGrantType::resource;
}

void takeDenied(World& world, const Poco::JSON::Object& body, User& user) {
    const auto denied = body.getArray("denied");
    if (!denied)
        return;
    user.deniedProducts.clear();
    for (unsigned index = 0; index < denied->size(); ++index) {
        const auto entry = denied->getObject(index);
        if (!entry)
            throw ControlError("denied is an array of {site, product}");
        const std::string site = requireName(*entry, "site");
        requireSite(world, site);
        user.deniedProducts.emplace(site, requireName(*entry, "product"));
    }
}

Site makeSite(World& world, const std::string& name) {
    return Site{world.random.uuid(), name, "https://" + name + ".atlassian.example", {"jira", "confluence"}};
}

/// Gives a user exactly `count` new sites.
Reply replaceSites(World& world, const Poco::JSON::Object& body) {
    requireKnown(body, {"user", "count"});
    User& user = requireUser(world, requireName(body, "user"));
    const auto count = body.getValue<std::uint64_t>("count");
    if (count > 1000)
        throw ControlError("count is at most 1000");
    user.sites.clear();
    Poco::JSON::Array array;
    for (std::uint64_t index = 1; index <= count; ++index) {
        const Site site = makeSite(world, user.handle + '-' + std::to_string(index));
        world.sites[site.cloudId] = site;
        user.sites.push_back(site.cloudId);
        array.add(siteJson(site));
    }
    return arrayReply(array);
}

User newUser(World& world, const std::string& handle) {
    User user;
    user.handle = handle;
    user.accountId = world.random.hex(24);
    user.name = handle;
    user.email = handle + "@example.com";
    return user;
}

void addSiteToUsers(World& world, const std::string& cloudId, const std::vector<std::string>& names) {
    for (const auto& name : names) {
        auto& sites = requireUser(world, name).sites;
        if (std::find(sites.begin(), sites.end(), cloudId) == sites.end())
            sites.push_back(cloudId);
    }
}

} // namespace

User& makeUser(World& world, const std::string& handle) {
    const auto known = world.users.find(handle);
    return known != world.users.end() ? known->second
                                      : world.users.emplace(handle, newUser(world, handle)).first->second;
}

Reply controlListApps(SimState& state, StateLock&, const Call&) {
    return listReply(state.world.apps, appJson);
}
Reply controlListUsers(SimState& state, StateLock&, const Call&) {
    return listReply(state.world.users, userJson);
}
Reply controlListSites(SimState& state, StateLock&, const Call&) {
    return listReply(state.world.sites, siteJson);
}

Reply controlSetApp(SimState& state, StateLock&, const Call& call) {
    const auto body = controlBody(call);
    requireKnown(*body, {"client_id", "client_secret", "client_secrets", "name", "redirect_uris", "scopes",
                         "grant_type", "shared", "owner"});
    const std::string clientId = requireName(*body, "client_id");
    const App* known = state.world.findApp(clientId);
    App app = known != nullptr ? *known : App{};
    app.clientId = clientId;
    if (app.name.empty())
        app.name = clientId;
    takeMember(*body, "name", app.name);
    takeMember(*body, "shared", app.shared);
    takeMember(*body, "owner", app.owner);
    if (body->has("client_secret"))
        app.secretHashes = {sha256Hex(body->getValue<std::string>("client_secret"))};
    if (body->has("client_secrets")) {
        app.secretHashes.clear();
        for (const auto& secret : stringsMember(*body, "client_secrets"))
            app.secretHashes.push_back(sha256Hex(secret));
    }
    if (known == nullptr && app.secretHashes.empty())
        throw ControlError("a new app needs a client_secret");
    if (body->has("redirect_uris"))
        app.redirectUris = stringsMember(*body, "redirect_uris");
    if (body->has("grant_type"))
        app.grantType = parseGrantType(body->getValue<std::string>("grant_type"));
    if (body->has("scopes")) {
        const auto scopes = stringsMember(*body, "scopes");
        app.scopes = {scopes.begin(), scopes.end()};
    }
    state.world.apps[clientId] = app;
    return jsonReply(200, appJson(app));
}

Reply controlSetUser(SimState& state, StateLock&, const Call& call) {
    const auto body = controlBody(call);
    requireKnown(*body, {"handle", "account_id", "name", "email", "email_hidden", "sites", "denied"});
    World& world = state.world;
    const std::string handle = requireName(*body, "handle");
    const auto known = world.users.find(handle);
    User user = known != world.users.end() ? known->second : newUser(world, handle);
    takeMember(*body, "account_id", user.accountId);
    takeMember(*body, "name", user.name);
    takeMember(*body, "email", user.email);
    takeMember(*body, "email_hidden", user.emailHidden);
    if (body->has("sites")) {
        user.sites = stringsMember(*body, "sites");
        for (const auto& cloudId : user.sites)
            requireSite(world, cloudId);
    }
    takeDenied(world, *body, user);
    world.users[handle] = user;
    return jsonReply(200, userJson(user));
}

Reply controlSetSite(SimState& state, StateLock&, const Call& call) {
    const auto body = controlBody(call);
    World& world = state.world;
    if (body->has("count"))
        return replaceSites(world, *body);
    requireKnown(*body, {"id", "name", "url", "products", "users"});
    const std::string id = body->optValue<std::string>("id", "");
    const Site* known = world.findSite(id);
    Site site = known != nullptr ? *known : makeSite(world, body->optValue<std::string>("name", "site"));
    if (!id.empty())
        site.cloudId = id;
    takeMember(*body, "name", site.name);
    takeMember(*body, "url", site.url);
    if (body->has("products")) {
        const auto products = stringsMember(*body, "products");
        site.products = {products.begin(), products.end()};
    }
    const auto users = stringsMember(*body, "users");
    for (const auto& name : users)
        requireUser(world, name);
    world.sites[site.cloudId] = site;
    addSiteToUsers(world, site.cloudId, users);
    return jsonReply(200, siteJson(site));
}

} // namespace central_oauth::simulator
