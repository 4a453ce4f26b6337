// SPDX-License-Identifier: Apache-2.0
// The words for what each scope lets a program do.
#include "central_oauth/pages/Texts.h"

#include <algorithm>
#include <iterator>

namespace central_oauth::pages {
namespace {

struct ScopeText {
    std::string_view scope;
    ScopeEffect effect;
    std::string_view words;
};

// The scopes that Atlassian documents for Cloud (classic, granular) and Data Center. Words use plain verbs
// and name the worst consequence; the effect is the worst one, too.
constexpr ScopeText scopeTexts[] = {
    {"offline_access", ScopeEffect::lasts, "Stay connected while you are away, until somebody ends it"},
    {"read:me", ScopeEffect::reads, "See your name, email address and account id"},
    {"read:account", ScopeEffect::reads, "See your Atlassian account: name, picture and account id"},
    {"email", ScopeEffect::reads, "See your email address"},
    {"account", ScopeEffect::reads, "See your Bitbucket account: name and email addresses"},

    // Jira Cloud, classic
    {"read:jira-work", ScopeEffect::reads,
     "Read Jira projects, issues, search results, attachments and worklogs"},
    {"write:jira-work", ScopeEffect::deletes, "Create, change and delete Jira issues, comments and worklogs"},
    {"read:jira-user", ScopeEffect::reads, "See Jira users, including names and email addresses they share"},
    {"manage:jira-project", ScopeEffect::deletes,
     "Change the settings of Jira projects; change and delete their versions and components"},
    {"manage:jira-configuration", ScopeEffect::administers,
     "Change the settings of the whole Jira, as an administrator"},
    {"manage:jira-webhook", ScopeEffect::deletes,
     "Create and remove Jira webhooks, which report changes to other servers"},

    // Jira Cloud, granular
    {"read:issue:jira", ScopeEffect::reads, "Read Jira issues"},
    {"read:issue-meta:jira", ScopeEffect::reads, "Read which fields and values Jira issues can have"},
    {"read:issue-details:jira", ScopeEffect::reads, "Read the details of Jira issues"},
    {"read:issue-security-level:jira", ScopeEffect::reads, "See the security levels of Jira issues"},
    {"read:issue.vote:jira", ScopeEffect::reads, "See votes for Jira issues"},
    {"read:issue.changelog:jira", ScopeEffect::reads, "Read the history of Jira issues"},
    {"read:avatar:jira", ScopeEffect::reads, "See avatars in Jira"},
    {"read:status:jira", ScopeEffect::reads, "See the statuses of Jira workflows"},
    {"read:user:jira", ScopeEffect::reads, "See Jira users"},
    {"read:field-configuration:jira", ScopeEffect::reads, "See how Jira fields are configured"},
    {"read:project:jira", ScopeEffect::reads, "See Jira projects"},
    {"read:board-scope:jira-software", ScopeEffect::reads, "See Jira boards"},
    {"read:sprint:jira-software", ScopeEffect::reads, "See Jira sprints"},
    {"read:application-role:jira", ScopeEffect::reads, "See which Jira products people may use"},
    {"read:group:jira", ScopeEffect::reads, "See groups of Jira users"},
    {"write:issue:jira", ScopeEffect::changes, "Create and change Jira issues"},
    {"delete:issue:jira", ScopeEffect::deletes, "Delete Jira issues"},
    {"read:comment:jira", ScopeEffect::reads, "Read comments on Jira issues"},
    {"write:comment:jira", ScopeEffect::changes, "Write and change comments on Jira issues"},
    {"delete:comment:jira", ScopeEffect::deletes, "Delete comments on Jira issues"},
    {"read:jira:agent-interface", ScopeEffect::reads, "Read what you can read in Jira, for an assistant"},
    {"write:jira:agent-interface", ScopeEffect::changes, "Create and change Jira data, for an assistant"},

    // Jira Service Management
    {"read:servicedesk-request", ScopeEffect::reads, "Read customer requests in Jira Service Management"},
    {"write:servicedesk-request", ScopeEffect::changes,
     "Create and change customer requests in Jira Service Management"},
    {"manage:servicedesk-customer", ScopeEffect::deletes,
     "Add and remove customers and organisations in Jira Service Management"},
    {"read:knowledgebase:jira-service-management", ScopeEffect::reads,
     "Read the knowledge base of Jira Service Management"},
    {"read:ops-alert:jira-service-management", ScopeEffect::reads, "Read alerts in Jira Service Management"},
    {"write:ops-alert:jira-service-management", ScopeEffect::changes,
     "Create and change alerts in Jira Service Management"},
    {"delete:ops-alert:jira-service-management", ScopeEffect::deletes,
     "Delete alerts in Jira Service Management"},
    {"read:ops-config:jira-service-management", ScopeEffect::reads,
     "Read teams, schedules and other settings for alerts"},
    {"write:ops-config:jira-service-management", ScopeEffect::changes,
     "Change teams, schedules and other settings for alerts"},
    {"delete:ops-config:jira-service-management", ScopeEffect::deletes,
     "Delete teams, schedules and other settings for alerts"},

    // Confluence Cloud, classic
    {"read:confluence-content.all", ScopeEffect::reads,
     "Read all Confluence pages, blog posts, comments and attachments"},
    {"read:confluence-content.summary", ScopeEffect::reads, "See titles and summaries of Confluence content"},
    {"write:confluence-content", ScopeEffect::deletes,
     "Create, change and delete Confluence pages, blog posts and comments"},
    {"read:confluence-space.summary", ScopeEffect::reads, "See Confluence spaces"},
    {"write:confluence-space", ScopeEffect::deletes, "Create, change and delete Confluence spaces"},
    {"write:confluence-file", ScopeEffect::changes, "Upload attachments to Confluence"},
    {"read:confluence-props", ScopeEffect::reads, "Read properties that apps keep with Confluence content"},
    {"write:confluence-props", ScopeEffect::changes,
     "Change properties that apps keep with Confluence content"},
    {"read:confluence-content.permission", ScopeEffect::reads,
     "See who may read or change Confluence content"},
    {"read:confluence-user", ScopeEffect::reads,
     "See Confluence users, including names and email addresses they share"},
    {"read:confluence-groups", ScopeEffect::reads, "See Confluence groups and their members"},
    {"write:confluence-groups", ScopeEffect::deletes,
     "Create and delete Confluence groups and change their members"},
    {"search:confluence", ScopeEffect::reads, "Search Confluence content and spaces"},
    {"manage:confluence-configuration", ScopeEffect::administers,
     "Change the settings of the whole Confluence, as an administrator"},
    {"readonly:content.attachment:confluence", ScopeEffect::reads, "Download attachments from Confluence"},

    // Confluence Cloud, granular
    {"read:page:confluence", ScopeEffect::reads, "Read Confluence pages"},
    {"write:page:confluence", ScopeEffect::changes, "Create and change Confluence pages"},
    {"delete:page:confluence", ScopeEffect::deletes, "Delete Confluence pages"},
    {"read:comment:confluence", ScopeEffect::reads, "Read comments in Confluence"},
    {"write:comment:confluence", ScopeEffect::changes, "Write and change comments in Confluence"},
    {"read:attachment:confluence", ScopeEffect::reads, "Read attachments in Confluence"},
    {"read:space:confluence", ScopeEffect::reads, "See Confluence spaces"},
    {"read:custom-content:confluence", ScopeEffect::reads, "Read content that apps add to Confluence"},
    {"read:hierarchical-content:confluence", ScopeEffect::reads,
     "See how Confluence content is arranged in trees"},
    {"read:whiteboard:confluence", ScopeEffect::reads, "Read Confluence whiteboards"},
    {"read:database:confluence", ScopeEffect::reads, "Read Confluence databases"},
    {"read:folder:confluence", ScopeEffect::reads, "See Confluence folders"},
    {"read:user:confluence", ScopeEffect::reads, "See Confluence users"},
    {"read:content-details:confluence", ScopeEffect::reads,
     "Read and search Confluence content with its details"},
    {"write:attachment:confluence", ScopeEffect::changes, "Upload and change attachments in Confluence"},
    {"delete:attachment:confluence", ScopeEffect::deletes, "Delete attachments in Confluence"},
    {"delete:comment:confluence", ScopeEffect::deletes, "Delete comments in Confluence"},
    {"write:space:confluence", ScopeEffect::changes, "Create and change Confluence spaces"},
    {"delete:space:confluence", ScopeEffect::deletes, "Delete Confluence spaces and all that is in them"},
    {"read:confluence:agent-interface", ScopeEffect::reads,
     "Read what you can read in Confluence, for an assistant"},
    {"write:confluence:agent-interface", ScopeEffect::changes,
     "Create and change Confluence content, for an assistant"},

    // Bitbucket Cloud
    {"repository", ScopeEffect::reads, "Read Bitbucket repositories and their code"},
    {"repository:write", ScopeEffect::deletes,
     "Push to Bitbucket repositories: change and delete code and branches"},
    {"repository:admin", ScopeEffect::administers,
     "Change the settings of Bitbucket repositories, as an administrator"},
    {"repository:delete", ScopeEffect::deletes, "Delete Bitbucket repositories"},
    {"pullrequest", ScopeEffect::reads, "Read Bitbucket pull requests and their repositories"},
    {"pullrequest:write", ScopeEffect::changes, "Create, change, approve and merge Bitbucket pull requests"},
    {"issue", ScopeEffect::reads, "Read Bitbucket issues"},
    {"issue:write", ScopeEffect::deletes, "Create, change and delete Bitbucket issues"},
    {"pipeline", ScopeEffect::reads, "Read Bitbucket pipelines and their logs"},
    {"pipeline:write", ScopeEffect::changes, "Start and stop Bitbucket pipelines"},
    {"pipeline:variable", ScopeEffect::changes, "Read and change the variables of Bitbucket pipelines"},
    {"runner", ScopeEffect::reads, "See the runners of Bitbucket pipelines"},
    {"runner:write", ScopeEffect::deletes, "Change and remove the runners of Bitbucket pipelines"},
    {"webhook", ScopeEffect::deletes,
     "Create and remove Bitbucket webhooks, which report changes to other servers"},
    {"project", ScopeEffect::reads, "See Bitbucket projects and their repositories"},
    {"project:admin", ScopeEffect::administers,
     "Change the settings of Bitbucket projects, as an administrator"},
    {"snippet", ScopeEffect::reads, "Read Bitbucket snippets"},
    {"snippet:write", ScopeEffect::deletes, "Create, change and delete Bitbucket snippets"},
    {"wiki", ScopeEffect::changes, "Read and change Bitbucket wikis"},

    // Data Center
    {"READ", ScopeEffect::reads, "Read everything that you can read"},
    {"WRITE", ScopeEffect::deletes, "Read, create, change and delete whatever you can"},
    {"ADMIN", ScopeEffect::administers,
     "Read, change and delete whatever you can, and administer the product if you may"},
    {"SYSTEM_ADMIN", ScopeEffect::administers,
     "Read, change and delete whatever you can, and administer the whole system if you may"},
    {"PUBLIC_REPOS", ScopeEffect::reads, "Read public repositories and their code"},
    {"REPO_READ", ScopeEffect::reads, "Read the repositories and code that you can read"},
    {"REPO_WRITE", ScopeEffect::deletes, "Push to repositories: change and delete code and branches"},
    {"REPO_ADMIN", ScopeEffect::administers, "Change the settings of repositories, and delete them"},
    {"PROJECT_ADMIN", ScopeEffect::administers,
     "Change the settings of projects, and delete their repositories"},
    {"ACCOUNT_WRITE", ScopeEffect::changes, "Change the settings of your own account"},
};

const ScopeText* find(std::string_view scope) noexcept {
    const auto* found = std::find_if(std::begin(scopeTexts), std::end(scopeTexts),
                                     [scope](const ScopeText& text) { return text.scope == scope; });
    return found == std::end(scopeTexts) ? nullptr : found;
}

} // namespace

std::string_view scopeWords(std::string_view scope) noexcept {
    const auto* text = find(scope);
    return text == nullptr ? std::string_view{} : text->words;
}

ScopeEffect scopeEffect(std::string_view scope) noexcept {
    const auto* text = find(scope);
    return text == nullptr ? ScopeEffect::unknown : text->effect;
}

std::vector<ScopeWords> describeScopes(const std::vector<std::string>& scopes) {
    std::vector<ScopeWords> described;
    described.reserve(scopes.size());
    for (const std::string& scope : scopes)
        described.push_back({scope, std::string(scopeWords(scope)), scopeEffect(scope)});
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

} // namespace central_oauth::pages
