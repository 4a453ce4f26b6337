// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/pages/Texts.h"

#include <algorithm>
#include <iterator>

namespace central_oauth::pages {
namespace {

struct ScopeText {
    std::string_view scope;
    std::string_view words;
};

// The scopes that Atlassian documents for Cloud (classic, granular) and Data Center. Plain verbs, the worst
// consequence named.
constexpr ScopeText scopeTexts[] = {
    {"offline_access", "Keep this access while you are away, until it is revoked"},
    {"read:me", "See your name, email address and account id"},

    {"read:jira-work", "Read Jira projects, issues, search results, attachments and worklogs"},
    {"write:jira-work", "Create, change and delete Jira issues, comments and worklogs"},
    {"read:jira-user", "See Jira users, including names and email addresses they share"},
    {"manage:jira-project", "Change project settings, versions and components in Jira"},
    {"manage:jira-configuration", "Change the global settings of Jira, as an administrator"},
    {"manage:jira-webhook", "Create and remove Jira webhooks, which report changes to other servers"},

    {"read:issue:jira", "Read Jira issues"},
    {"read:issue-meta:jira", "Read which fields and values Jira issues can have"},
    {"read:issue-details:jira", "Read the details of Jira issues"},
    {"read:issue-security-level:jira", "See the security levels of Jira issues"},
    {"read:issue.vote:jira", "See votes for Jira issues"},
    {"read:issue.changelog:jira", "Read the history of Jira issues"},
    {"read:avatar:jira", "See avatars in Jira"},
    {"read:status:jira", "See the statuses of Jira workflows"},
    {"read:user:jira", "See Jira users"},
    {"read:field-configuration:jira", "See how Jira fields are configured"},
    {"read:project:jira", "See Jira projects"},
    {"read:board-scope:jira-software", "See Jira boards"},
    {"read:sprint:jira-software", "See Jira sprints"},

    {"read:servicedesk-request", "Read customer requests in Jira Service Management"},
    {"write:servicedesk-request", "Create and change customer requests in Jira Service Management"},
    {"manage:servicedesk-customer", "Add and remove customers and organisations in Jira Service Management"},
    {"read:knowledgebase:jira-service-management", "Read the knowledge base of Jira Service Management"},

    {"read:confluence-content.all", "Read all Confluence pages, blog posts, comments and attachments"},
    {"read:confluence-content.summary", "See titles and summaries of Confluence content"},
    {"write:confluence-content", "Create, change and delete Confluence pages, blog posts and comments"},
    {"read:confluence-space.summary", "See Confluence spaces"},
    {"write:confluence-space", "Create, change and delete Confluence spaces"},
    {"write:confluence-file", "Upload attachments to Confluence"},
    {"read:confluence-props", "Read properties that apps keep with Confluence content"},
    {"write:confluence-props", "Change properties that apps keep with Confluence content"},
    {"read:confluence-content.permission", "See who may read or change Confluence content"},
    {"read:confluence-user", "See Confluence users, including names and email addresses they share"},
    {"read:confluence-groups", "See Confluence groups and their members"},
    {"write:confluence-groups", "Create and delete Confluence groups and change their members"},
    {"search:confluence", "Search Confluence content and spaces"},
    {"manage:confluence-configuration", "Change the global settings of Confluence, as an administrator"},
    {"readonly:content.attachment:confluence", "Download attachments from Confluence"},

    {"read:page:confluence", "Read Confluence pages"},
    {"write:page:confluence", "Create and change Confluence pages"},
    {"delete:page:confluence", "Delete Confluence pages"},
    {"read:comment:confluence", "Read comments in Confluence"},
    {"write:comment:confluence", "Write and change comments in Confluence"},
    {"read:attachment:confluence", "Read attachments in Confluence"},
    {"read:space:confluence", "See Confluence spaces"},
    {"read:custom-content:confluence", "Read content that apps add to Confluence"},
    {"read:hierarchical-content:confluence", "See how Confluence content is arranged in trees"},
    {"read:whiteboard:confluence", "Read Confluence whiteboards"},
    {"read:database:confluence", "Read Confluence databases"},
    {"read:folder:confluence", "See Confluence folders"},
    {"read:user:confluence", "See Confluence users"},
    {"read:content-details:confluence", "Read and search Confluence content with its details"},

    {"READ", "Read everything that you can read"},
    {"WRITE", "Read, create, change and delete what you can"},
    {"ADMIN", "Do all that, and administer the product if you may"},
    {"SYSTEM_ADMIN", "Do all that, and administer the whole system if you may"},
};

std::string counted(long long count, std::string_view unit) {
    return std::to_string(count) + ' ' + std::string(unit) + (count == 1 ? "" : "s");
}

} // namespace

std::string_view scopeWords(std::string_view scope) noexcept {
    const auto* found = std::find_if(std::begin(scopeTexts), std::end(scopeTexts),
                                     [scope](const ScopeText& text) { return text.scope == scope; });
    return found == std::end(scopeTexts) ? std::string_view{} : found->words;
}

std::vector<ScopeWords> describeScopes(const std::vector<std::string>& scopes) {
    std::vector<ScopeWords> described;
    described.reserve(scopes.size());
    for (const std::string& scope : scopes)
        described.push_back({scope, std::string(scopeWords(scope))});
    return described;
}

std::vector<ScopeWords> describeScopes(std::string_view scopes) {
    std::vector<std::string> single;
    while (!scopes.empty()) {
        const std::string_view scope = scopes.substr(0, scopes.find(' '));
        if (!scope.empty())
            single.emplace_back(scope);
        scopes.remove_prefix(std::min(scopes.size(), scope.size() + 1));
    }
    return describeScopes(single);
}

std::string durationWords(std::chrono::seconds span) {
    using namespace std::chrono_literals;
    if (span < 1min)
        return counted(std::max(span, 0s).count(), "second");
    if (span < 1h)
        return counted(std::chrono::floor<std::chrono::minutes>(span).count(), "minute");
    if (span < 48h)
        return counted(std::chrono::floor<std::chrono::hours>(span).count(), "hour");
    return counted(std::chrono::floor<std::chrono::days>(span).count(), "day");
}

std::string ageWords(std::chrono::seconds age) {
    using namespace std::chrono_literals;
    // A clock that was set back must not say "-3 seconds ago".
    return age < 10s ? "just now" : durationWords(age) + " ago";
}

std::string expiryWords(std::chrono::seconds left) {
    using namespace std::chrono_literals;
    if (left <= 0s)
        return "now";
    return left < 1min ? "in less than a minute" : "in " + durationWords(left);
}

std::string attemptsWords(int attemptsLeft) {
    if (attemptsLeft <= 0)
        return "No attempt is left.";
    return attemptsLeft == 1 ? "1 attempt is left." : std::to_string(attemptsLeft) + " attempts are left.";
}

} // namespace central_oauth::pages
