// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/Sealing.h"

#include "SecretFields.h"
#include "central_oauth/base/Error.h"

#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::domain {

namespace {

// On disk: do not change order and number of the fields.
enum StageField : std::size_t {
    accessToken,
    refreshToken,
    accessExpiresAt,
    scopes,
    sites,
    chosenSite,
    upstreamId,
    displayName,
    email,
    version,
    grantedAt,
    grantedSteady,
    grantedEra,
    stageFields
};

std::int64_t numberOf(std::string_view text) {
    std::int64_t number = 0;
    const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || stop != text.data() + text.size())
        throw base::Error(base::ErrorCode::internal, {}, "an opened stage holds no number where one belongs");
    return number;
}

std::string textOf(Timestamp time) {
    return std::to_string(time.time_since_epoch().count());
}

Timestamp timeOf(std::string_view text) {
    return Timestamp(std::chrono::seconds(numberOf(text)));
}

std::string listOf(const std::vector<std::string>& items) {
    return packList({items.begin(), items.end()});
}

std::vector<std::string> itemsOf(std::string_view list) {
    const auto items = unpackList(list);
    return {items.begin(), items.end()};
}

std::string textOf(const std::vector<Site>& all) {
    std::vector<std::string> fields;
    for (const Site& site : all)
        fields.insert(fields.end(), {site.id, site.name, site.url, listOf(site.products)});
    return listOf(fields);
}

std::vector<Site> sitesOf(std::string_view text) {
    const auto fields = unpackList(text);
    std::vector<Site> all;
    constexpr std::size_t each = 4;
    for (std::size_t i = 0; i + each <= fields.size(); i += each)
        all.push_back({std::string(fields[i]), std::string(fields[i + 1]), std::string(fields[i + 2]),
                       itemsOf(fields[i + 3])});
    return all;
}

// Ids, provider names and subjects hold no newline, so the parts are unambiguous.
SealContext contextOf(const Link& link) {
    return {"links", "authorization", link.id.value() + '\n' + link.provider + '\n' + link.subject,
            link.client, 0};
}

// The payload of a delivered stage has no refresh token; it must not pass for the waiting grant.
SealContext contextOf(const Stage& stage) {
    return {"stages", "sealed", stage.link.value() + '\n' + stage.provider + '\n' + stage.subject,
            stage.client, stage.state == StageState::delivered ? 1U : 0U};
}

SealContext contextOf(const Account& account, const char* field, std::int64_t version) {
    const auto& id = account.id.value();
    const auto& person = account.identity.upstreamId;
    std::string row;
    row.reserve(id.size() + account.provider.size() + account.subject.size() + person.size() + 3);
    row.append(id).append(1, '\n').append(account.provider).append(1, '\n').append(account.subject);
    row.append(1, '\n').append(person);
    return {"grants", field, std::move(row), account.client, static_cast<std::uint64_t>(version)};
}

} // namespace

Sealed sealAuthorization(const Sealer& sealer, const Link& link, const Authorization& authorization) {
    return sealer.seal(contextOf(link),
                       packFields({authorization.state.reveal(), authorization.codeVerifier.reveal()}));
}

Authorization openAuthorization(const Sealer& sealer, const Link& link) {
    const Secret packed = sealer.open(contextOf(link), link.authorization);
    const auto fields = unpackFields(packed, 2);
    return {Secret(std::string(fields[0])), Secret(std::string(fields[1]))};
}

void sealStage(const Sealer& sealer, Stage& stage, const StagedGrant& grant) {
    stage.grant = sealer.seal(
        contextOf(stage),
        packFields({grant.accessToken.reveal(), grant.refreshToken.reveal(), textOf(grant.accessExpiresAt),
                    listOf(grant.scopes), textOf(grant.sites), grant.chosenSite, grant.identity.upstreamId,
                    grant.identity.displayName, grant.identity.email, std::to_string(grant.version),
                    textOf(grant.granted.wall), std::to_string(grant.granted.steady), grant.granted.era}));
}

StagedGrant openStage(const Sealer& sealer, const Stage& stage) {
    const Secret packed = sealer.open(contextOf(stage), stage.grant);
    const auto fields = unpackFields(packed, stageFields);
    StagedGrant grant;
    grant.accessToken = Secret(std::string(fields[accessToken]));
    grant.refreshToken = Secret(std::string(fields[refreshToken]));
    grant.accessExpiresAt = timeOf(fields[accessExpiresAt]);
    grant.granted.wall = timeOf(fields[grantedAt]);
    grant.granted.steady = numberOf(fields[grantedSteady]);
    grant.granted.era = fields[grantedEra];
    grant.scopes = itemsOf(fields[scopes]);
    grant.identity = {std::string(fields[upstreamId]), std::string(fields[displayName]),
                      std::string(fields[email])};
    grant.sites = sitesOf(fields[sites]);
    grant.chosenSite = fields[chosenSite];
    grant.version = numberOf(fields[version]);
    return grant;
}

Grant sealGrant(const Sealer& sealer, const Account& account, const Tokens& tokens) {
    return {
        .account = account.id,
        .accessToken = sealer.seal(contextOf(account, "access_token", tokens.version), tokens.accessToken),
        .refreshToken = sealer.seal(contextOf(account, "refresh_token", tokens.version), tokens.refreshToken),
        .accessExpiresAt = tokens.accessExpiresAt,
        .granted = tokens.granted,
        .version = tokens.version};
}

Secret openAccessToken(const Sealer& sealer, const Account& account, const Grant& grant) {
    return sealer.open(contextOf(account, "access_token", account.tokenVersion), grant.accessToken);
}

Secret openRefreshToken(const Sealer& sealer, const Account& account, const Grant& grant) {
    return sealer.open(contextOf(account, "refresh_token", account.tokenVersion), grant.refreshToken);
}

} // namespace central_oauth::domain
