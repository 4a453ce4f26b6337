// SPDX-License-Identifier: Apache-2.0
// The server's answers as values. Every text in them is safe for a terminal, but for those that say they are
// as the server sent them.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::cli {

/// A link that was just created. Movable only, because of its secret.
struct LinkCode {
    std::string code;        ///< 12 digits
    std::string displayCode; ///< the same, grouped for reading
    std::string verificationUrl;
    provider::Secret secret;
    std::chrono::seconds expiresIn{0};
    std::chrono::seconds interval{0};
};

/// Who consented upstream.
struct Person {
    std::string id;
    std::string displayName;
    std::string email;

    /// Returns the best name there is, for people.
    [[nodiscard]] std::string shownAs() const;
};

/// A site that a grant reaches.
struct SiteInfo {
    std::string name;
    std::string url;
    std::string cloudId;
    std::string webAddress; ///< the URL as the server sent it, if it is one (http or https, visible ASCII);
                            ///< otherwise empty
};

/// Returns the site as people know it: its name, else its URL, else how many there are to choose from.
[[nodiscard]] std::string siteText(const std::optional<SiteInfo>& chosen, std::size_t reachable);

/// An access token and whose it is. Movable only.
struct TokenPayload {
    std::string accountId;
    std::string provider;
    std::string subject; ///< as the server sent it; empty if there is none
    Person person;
    provider::Secret accessToken; ///< visible ASCII
    std::chrono::seconds expiresIn{0};
    std::string validUntil;                         ///< RFC 3339, or empty
    std::optional<std::chrono::sys_seconds> expiry; ///< the same as a time
    std::vector<std::string> scopes;
    std::optional<SiteInfo> site;      ///< its cloudId is visible ASCII and as the server sent it
    std::vector<std::string> products; ///< of the site, such as `jira`; identifiers
    std::size_t siteCount = 0;
    provider::Secret json; ///< the whole answer, as AsciiJson makes it
};

/// A poll's good answer: a token, or how long to wait before the next poll.
struct PollAnswer {
    std::optional<TokenPayload> token;
    std::chrono::seconds interval{0}; ///< zero if the server did not say
};

/// What is wrong with an account, in the server's words.
struct Problem {
    std::string code;
    std::string what;  ///< what happened
    std::string since; ///< RFC 3339; empty if unknown
    std::string who;   ///< who can fix it: person, operator or atlassian
    std::string how;
};

/// A name that a person may use for an account, as the server sent it: for comparing, not for showing.
struct AccountName {
    std::string kind; ///< for people, as "label"
    std::string text;
};

/// One account. Times are RFC 3339; an empty time has not come, or does not apply to this account.
struct Account {
    std::string accountId;
    std::string provider;
    std::string subject;
    Person person;
    std::string label;
    std::string status;
    std::optional<Problem> problem;
    std::vector<std::string> scopes;
    std::optional<SiteInfo> site;
    std::vector<SiteInfo> sites; ///< all that the grant reaches
    std::string linkedAt;
    std::string lastRefreshAt;
    std::string lastUsedAt;
    std::string idleExpiresAt;
    std::vector<AccountName> names; ///< in the order in which they are tried; none is empty
    std::string json;               ///< the whole object, as AsciiJson makes it
};

/// One page of a list.
struct AccountPage {
    std::vector<Account> accounts;
    std::string nextCursor; ///< empty on the last page
};

/// What revoking did.
struct Revocation {
    std::string local;
    std::string upstream;
};

} // namespace central_oauth::cli
