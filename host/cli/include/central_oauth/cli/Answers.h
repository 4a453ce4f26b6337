// SPDX-License-Identifier: Apache-2.0
// The server's answers as values. Every text in them is safe for a terminal.
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

    /// The best name there is, for people to read.
    [[nodiscard]] std::string shownAs() const;
};

/// A site that a grant reaches.
struct SiteInfo {
    std::string name;
    std::string url;
};

/// The site as people know it: its name, or else its URL, or how many there are to choose from.
[[nodiscard]] std::string siteText(const std::optional<SiteInfo>& chosen, std::size_t reachable);

/// An access token and whose it is. Movable only.
struct TokenPayload {
    std::string accountId;
    std::string provider;
    Person person;
    provider::Secret accessToken;
    std::chrono::seconds expiresIn{0};
    std::string validUntil; ///< RFC 3339, or empty
    std::size_t scopeCount = 0;
    std::optional<SiteInfo> site;
    std::size_t siteCount = 0;
};

/// A poll's good answer: a token, or how long to wait before the next poll.
struct PollAnswer {
    std::optional<TokenPayload> token;
    std::chrono::seconds interval{0}; ///< zero: the server did not say
};

/// One account in a list.
struct Account {
    std::string accountId;
    std::string provider;
    std::string subject;
    Person person;
    std::string status;
    std::optional<SiteInfo> site;
    std::size_t siteCount = 0;
    std::string lastUsedAt; ///< RFC 3339; empty: never
};

/// One page of a list.
struct AccountPage {
    std::vector<Account> accounts;
    std::string nextCursor; ///< empty: this was the last
};

/// What revoking did.
struct Revocation {
    std::string local;
    std::string upstream;
};

} // namespace central_oauth::cli
