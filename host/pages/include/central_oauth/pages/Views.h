// SPDX-License-Identifier: Apache-2.0
// The values of each page, as received; the pages clean and escape them.
#pragma once

#include "central_oauth/pages/Texts.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::pages {

/// The operator's part of every page; both may be empty. `supportUrl` is a link if http(s) or mailto, else
/// text.
struct Site {
    std::string operatorName{};
    std::string supportUrl{};
};

/// How the person proves that they started the link, against links sent by somebody else (RFC 8628 section
/// 5.4).
enum class Proof {
    code,    ///< types the 12 digits on the page
    receipt, ///< compares the digits; the browser brings a receipt back
    pin,     ///< compares the digits; types a PIN into the client afterwards
};

/// The page that asks for approval.
struct ApproveView {
    std::string clientName{};
    std::string clientContact{}; ///< may be empty; a link if http(s) or mailto
    std::string onBehalfOf{};    ///< may be empty
    std::string subject{};       ///< may be empty
    std::string label{};         ///< may be empty; shown as unverified
    std::string providerName{};
    std::vector<ScopeWords> scopes{}; ///< from describeScopes
    std::string wantedSite{};         ///< site id or URL that the client asks for; may be empty
    bool isRelink = false;            ///< the link renews an account that is linked already
    std::string requesterAddress{};
    std::string requesterProgram{}; ///< the User-Agent that created the link; may be empty
    std::chrono::seconds age{};     ///< since creation
    std::chrono::seconds expiresIn{};
    std::string actionPath{};          ///< where both forms post to; empty for the page's own path
    std::string csrf{};                ///< a token in the sense of isToken
    std::optional<int> attemptsLeft{}; ///< set if the last entry was wrong
    std::string entryFault{};          ///< why that entry is no link code; empty if it is one
    Proof proof = Proof::code;
    std::string linkCodeDisplay{}; ///< "4829-1370-6154"; shown for receipt and pin only, never where it is to
                                   ///< be typed
};

/// The page between approval and the provider.
struct ContinueView {
    std::string providerName{};
    std::string authorizationUrl{}; ///< http(s), else the page leads nowhere and says so
    bool movesOn = true;            ///< false for a person who came back: only link and failures
};

/// One site to choose.
struct SiteChoice {
    std::string id{}; ///< a token in the sense of isToken
    std::string name{};
    std::string url{};
};

/// The page that asks for one of several sites.
struct ChooseSiteView {
    std::string clientName{};
    std::string providerName{};
    std::string displayName{};
    std::vector<SiteChoice> choices{};
    std::string actionPath{};
    std::string csrf{};
    bool choiceMissing = false; ///< the last post named none of the sites
};

/// The last page of a link that has a grant, or that waits only for its PIN.
struct DoneView {
    std::string providerName{};
    std::string displayName{};
    std::string email{};
    std::string siteName{};
    std::string siteUrl{};
    std::string clientName{};
    std::string pin{};      ///< if set, the person has to type it into the client
    std::string undoPath{}; ///< if set, an Undo button posts `decision=undo` there
    std::chrono::seconds undoWithin{};
    std::string csrf{}; ///< for Undo
};

/// An error page; its words follow from the status.
struct ProblemView {
    int status = 500;
    std::string detail{}; ///< what exactly was wrong, for a person who helps; may be empty
    std::string requestId{};
};

} // namespace central_oauth::pages
