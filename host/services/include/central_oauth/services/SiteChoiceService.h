// SPDX-License-Identifier: Apache-2.0
// The person's choice among the sites of a grant, between the return from upstream and the delivery.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/services/BrowserLinks.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/LinkNews.h"
#include "central_oauth/store/LinkRepository.h"

#include <optional>
#include <string>
#include <vector>

namespace central_oauth::services {

/// Among what to choose.
struct SiteChoices {
    domain::Identity person;
    std::vector<domain::Site> sites;
};

/// What came of a choice.
enum class SiteChoiceOutcome { chosen, noSuchSite, notChoosing };

/// Site choices in a browser. All it uses outlives it. Threads: any. Errors: base::Error(storeUnavailable).
class SiteChoiceService {
public:
    struct Parts {
        store::LinkRepository& links;
        const BrowserLinks& views;
        const base::Clock& clock;
        const LinkNews& news;
    };

    explicit SiteChoiceService(const Parts& parts) : _parts(parts) {}

    /// The allowed sites of the grant, by name. Empty unless the page's view is `choosing`, and if the grant
    /// can't be opened.
    [[nodiscard]] std::optional<SiteChoices> choices(const LinkPage& page) const;

    /// From now on the link can be delivered, for that site. `site` is the id of one of the choices.
    [[nodiscard]] SiteChoiceOutcome choose(const base::LinkId& id, const Browser& browser,
                                           const std::string& site, const Source& source);

private:
    Parts _parts;
};

} // namespace central_oauth::services
