// SPDX-License-Identifier: Apache-2.0
// What distinguishes one Atlassian Cloud product from another.
//
// Module atlassian: what Atlassian's Cloud products share, OAuth 2.0 (3LO). A product's plugin is one Product
// and one macro. Depends on the SDK and oauth2; knows no host.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::atlassian {

/// The kinds of entry in a list of accessible resources; Jira Service Management lives in Jira's.
enum class Container { jira, confluence };

/// A product, as constant texts.
struct Product {
    std::string_view key;           ///< ProductAccess::product, e.g. "jira"
    Container container;            ///< where its sites are found
    std::string_view apiPath;       ///< below API_BASE, before the cloud id, e.g. "/ex/jira/"
    std::string_view defaultScopes; ///< space separated
};

/// Whether an entry with these scopes is such a container. Atlassian names no type: scopes with "confluence"
/// make it Confluence's, everything else is Jira's.
[[nodiscard]] bool isContainer(const std::vector<std::string>& scopes, Container container);

} // namespace central_oauth::atlassian
