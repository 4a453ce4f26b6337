// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/SiteChoiceService.h"

#include "central_oauth/domain/Grant.h"
#include "central_oauth/services/LinkRules.h"
#include "central_oauth/services/Sites.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace central_oauth::services {

std::optional<SiteChoices> SiteChoiceService::choices(const LinkPage& page) const {
    if (page.view != LinkView::choosing || page.provider == nullptr)
        return std::nullopt;
    auto grant = _parts.links.findStagedDescription(page.link->id);
    if (!grant)
        return std::nullopt;
    SiteChoices choices{std::move(grant->identity),
                        eligibleSites(grant->sites, page.link->wantedSite, page.provider->allowedSites)};
    // Upstream's order means nothing; a person looks for a name.
    std::sort(choices.sites.begin(), choices.sites.end(), [](const auto& left, const auto& right) {
        return std::tie(left.name, left.url, left.id) < std::tie(right.name, right.url, right.id);
    });
    return choices;
}

SiteChoiceOutcome SiteChoiceService::choose(const base::LinkId& id, const Browser& browser,
                                            const std::string& site, const Source& source) {
    const auto page = _parts.views.view(id, browser);
    const auto offered = choices(page);
    if (!offered)
        return SiteChoiceOutcome::notChoosing;
    const bool isOffered = std::any_of(offered->sites.begin(), offered->sites.end(),
                                       [&](const domain::Site& one) { return one.id == site; });
    if (!isOffered)
        return SiteChoiceOutcome::noSuchSite;
    const auto now = base::nowOf(_parts.clock);
    if (!_parts.links.chooseSite(id, site, now, std::max(page.link->expiresAt, now + deliveryTime)))
        return SiteChoiceOutcome::notChoosing;
    _parts.news.changed(id);
    _parts.news.record(*page.link, LinkNews::browser, "link.site_chosen", "ok", source);
    return SiteChoiceOutcome::chosen;
}

} // namespace central_oauth::services
