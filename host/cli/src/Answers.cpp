// SPDX-License-Identifier: Apache-2.0
// The names of persons and sites in messages.
#include "central_oauth/cli/Answers.h"

namespace central_oauth::cli {

std::string Person::shownAs() const {
    if (!displayName.empty())
        return displayName;
    return email.empty() ? id : email;
}

std::string siteText(const std::optional<SiteInfo>& chosen, std::size_t reachable) {
    if (chosen)
        return chosen->name.empty() ? chosen->url : chosen->name;
    return reachable == 0 ? "-" : std::to_string(reachable) + (reachable == 1 ? " site" : " sites");
}

} // namespace central_oauth::cli
