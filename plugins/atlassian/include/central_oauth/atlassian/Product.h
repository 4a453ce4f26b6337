// SPDX-License-Identifier: Apache-2.0
// The differences between Atlassian's Cloud products.
//
// Module atlassian: the OAuth 2.0 (3LO) that Atlassian's Cloud products share. A product's plugin consists of
// one Product and one macro. Knows no host.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::atlassian {

/// The kinds of entries in accessible-resources. Jira Service Management is part of Jira's.
enum class Container { jira, confluence };

/// A product as constant texts.
struct Product {
    std::string_view key;           ///< ProductAccess::product, e.g. "jira"
    Container container;            ///< the kind of entries for its sites
    std::string_view apiPath;       ///< between API_BASE and the cloud id, e.g. "/ex/jira/"
    std::string_view defaultScopes; ///< space-separated
};

/// Returns whether an entry with these scopes is of this kind. Atlassian names no kind: scopes with
/// "confluence" belong to Confluence, all others to Jira.
[[nodiscard]] bool isContainer(const std::vector<std::string>& scopes, Container container);

} // namespace central_oauth::atlassian
