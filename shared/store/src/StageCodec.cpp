// SPDX-License-Identifier: Apache-2.0
#include "StageCodec.h"

#include "SecretFields.h"
#include "SiteJson.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"

namespace central_oauth::store {

namespace {

// On disk: order and number of the fields, do not change.
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
    const auto number = base::parseNumber<std::int64_t>(text);
    if (!number)
        throw base::Error(base::ErrorCode::internal, {}, "an opened stage holds no number where one belongs");
    return *number;
}

} // namespace

Secret packStage(const Stage& stage) {
    const StagedGrant& grant = stage.grant;
    return packFields({grant.accessToken.reveal(), grant.refreshToken.reveal(),
                       std::to_string(grant.accessExpiresAt.time_since_epoch().count()),
                       textOfNames(grant.scopes), textOfSites(grant.sites), grant.chosenSite,
                       grant.identity.upstreamId, grant.identity.displayName, grant.identity.email,
                       std::to_string(stage.version),
                       std::to_string(grant.granted.wall.time_since_epoch().count()),
                       std::to_string(grant.granted.steady), grant.granted.era});
}

Stage unpackStage(const Secret& packed) {
    const auto fields = unpackFields(packed, stageFields);
    Stage stage;
    stage.version = numberOf(fields[version]);
    StagedGrant& grant = stage.grant;
    grant.accessToken = Secret(std::string(fields[accessToken]));
    grant.refreshToken = Secret(std::string(fields[refreshToken]));
    grant.accessExpiresAt = Timestamp(std::chrono::seconds(numberOf(fields[accessExpiresAt])));
    grant.granted.wall = Timestamp(std::chrono::seconds(numberOf(fields[grantedAt])));
    grant.granted.steady = numberOf(fields[grantedSteady]);
    grant.granted.era = fields[grantedEra];
    grant.scopes = namesOf(std::string(fields[scopes]));
    grant.sites = sitesOf(std::string(fields[sites]));
    grant.chosenSite = fields[chosenSite];
    grant.identity.upstreamId = fields[upstreamId];
    grant.identity.displayName = fields[displayName];
    grant.identity.email = fields[email];
    return stage;
}

Secret packAuthorization(const Authorization& authorization) {
    return packFields({authorization.state.reveal(), authorization.codeVerifier.reveal()});
}

Authorization unpackAuthorization(const Secret& packed) {
    const auto fields = unpackFields(packed, 2);
    return {Secret(std::string(fields[0])), Secret(std::string(fields[1]))};
}

} // namespace central_oauth::store
