// SPDX-License-Identifier: Apache-2.0
// The limits of a plugin's answers: the sizes and ranges that the SDK's structures promise.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace central_oauth::loader {

/// Thrown for an answer that breaks a promise of the SDK. `what()` names field and measure, never the
/// content.
class UnfitAnswer : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Cleans and cuts the texts for people (base::displayText), so that no name of a person or a site ends a
/// link or makes an answer invalid. Drops an address that is not a web address. Pure.
void cleanTexts(provider::Identity& identity);
void cleanTexts(std::vector<provider::Site>& sites);

/// Drops scopes that are not plain text or exceed the limits. Upstream has ended the previous refresh token
/// already, so a new pair must not be lost because of its scopes. Pure.
void cleanTexts(provider::TokenSet& tokens);
template <class Answer>
void cleanTexts(Answer&) {}

/// Each checks whether the services can use the value. Pure.
/// Throws: UnfitAnswer.
void requireFit(const provider::Properties& properties);
void requireFit(const std::string& authorizationUrl);
void requireFit(const std::optional<std::string>& apiBaseUrl);
/// Checks the tokens only. Any `expiresIn` passes: the services limit it (domain::trustedLifeOf).
void requireFit(const provider::TokenSet& tokens);
void requireFit(const std::vector<provider::Site>& sites);
void requireFit(const provider::Identity& identity);
void requireFit(provider::RevocationOutcome outcome);

} // namespace central_oauth::loader
