// SPDX-License-Identifier: Apache-2.0
// The Jira Cloud plugin: Atlassian's 3LO with Jira's scopes and API address.
#include "central_oauth/atlassian/CloudFactory.h"
#include "central_oauth/provider/Entry.h"

namespace {

using central_oauth::atlassian::CloudFactory;
using central_oauth::atlassian::Container;
using central_oauth::atlassian::Product;

class JiraFactory final : public CloudFactory {
public:
    JiraFactory()
        : CloudFactory(Product{"jira", Container::jira, "/ex/jira/",
                               "read:me read:jira-work write:jira-work read:jira-user offline_access"}) {}
};

} // namespace

CENTRAL_OAUTH_PROVIDER("jira", CENTRAL_OAUTH_PLUGIN_VERSION, "Jira", JiraFactory)
