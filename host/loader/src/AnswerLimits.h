// SPDX-License-Identifier: Apache-2.0
// What a plugin may return: the promises that the SDK's structures make about sizes and ranges.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace central_oauth::loader {

/// An answer that breaks a promise of the SDK. `what()` names field and measure, never the content.
class UnfitAnswer : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Cleans and cuts the texts for people: whatever upstream calls a person or a site ends no link and makes no
/// answer invalid (base::displayText). An address that is no web address is left out. Pure; any thread.
void cleanTexts(provider::Identity& identity);
void cleanTexts(std::vector<provider::Site>& sites);

/// Leaves out scopes that are no plain text or beyond the limits. Upstream has ended the previous refresh
/// token by now: a fresh pair must not be lost because of what comes with it. Pure; any thread.
void cleanTexts(provider::TokenSet& tokens);
template <class Answer>
void cleanTexts(Answer&) {}

/// Each returns where the value may go on to the services. Pure; any thread. Throws: UnfitAnswer.
void requireFit(const provider::Properties& properties);
void requireFit(const std::string& authorizationUrl);
void requireFit(const std::optional<std::string>& apiBaseUrl);
/// Judges the tokens alone. Any `expiresIn` passes: the services limit it (domain::trustedLifeOf).
void requireFit(const provider::TokenSet& tokens);
void requireFit(const std::vector<provider::Site>& sites);
void requireFit(const provider::Identity& identity);
void requireFit(provider::RevocationOutcome outcome);

} // namespace central_oauth::loader
