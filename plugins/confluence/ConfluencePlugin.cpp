// SPDX-License-Identifier: Apache-2.0
// The Confluence Cloud plugin: Atlassian's 3LO with Confluence's scopes and API address.
#include "central_oauth/atlassian/CloudFactory.h"
#include "central_oauth/provider/Entry.h"

namespace {

using central_oauth::atlassian::CloudFactory;
using central_oauth::atlassian::Container;
using central_oauth::atlassian::Product;

// Granular scopes for version 2 of the API. The three classic ones at the end are for clients that still use
// version 1.
constexpr const char* scopes =
    "read:me search:confluence read:confluence-user read:page:confluence write:page:confluence "
    "read:space:confluence read:comment:confluence write:comment:confluence read:attachment:confluence "
    "readonly:content.attachment:confluence offline_access "
    "read:confluence-content.all read:confluence-space.summary write:confluence-content";

class ConfluenceFactory final : public CloudFactory {
public:
    ConfluenceFactory()
        : CloudFactory(Product{"confluence", Container::confluence, "/ex/confluence/", scopes}) {}
};

} // namespace

CENTRAL_OAUTH_PROVIDER("confluence", CENTRAL_OAUTH_PLUGIN_VERSION, "Confluence", ConfluenceFactory)
