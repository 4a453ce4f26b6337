// SPDX-License-Identifier: Apache-2.0
// One call for a server: the token of one of its users, or the link that leads to it.
#pragma once

#include "central_oauth/domain/Store.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/grants/AccountTokens.h"
#include "central_oauth/services/links/LinkService.h"

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace central_oauth::services {

/// Whose token is wanted, and what a link for it is to be like.
struct ResolveRequest {
    std::string provider; ///< may be empty where exactly one is configured
    std::string subject;
    bool mayLink = true;
    std::chrono::seconds minTtl{0};
    std::vector<std::string> requiredScopes{};
    std::string site{}; ///< id or URL; empty: any
    std::string label{};
    std::string onBehalfOf{};
    std::string loginHint{};
};

/// Why there is a link instead of a token.
enum class LinkNeed { notLinked, needsReauth, scopesMissing };

/// The need's name on the wire, e.g. "not_linked".
[[nodiscard]] std::string_view nameOf(LinkNeed need) noexcept;

/// A fresh link for a person whose token can't be had otherwise.
struct NeededLink {
    LinkNeed need = LinkNeed::notLinked;
    CreatedLink link;
};

/// Resolves subjects. All it uses outlives it. Thread-safe; waits as AccountTokens::get.
///
/// A link of that subject that a person has approved is delivered first, so that asking again is enough and
/// nobody has to poll. Of several accounts of one subject at one provider the one linked last is meant. Two
/// calls at once for a subject without an account make two links; each of them works, and the account is one.
class ResolveService {
public:
    struct Parts {
        const domain::Store& store;
        const ProviderCatalog& providers;
        AccountTokens& tokens;
        LinkService& links;
    };

    explicit ResolveService(const Parts& parts) : _parts(parts) {}

    /// Requires the scope `token`, and `link` where it may link. A link for an account that needs one keeps
    /// the account's id. Throws: notFound for another subject than the caller is asking for;
    /// insufficientScope, also for a holder of a grant token; invalidRequest; what AccountTokens::get throws
    /// but NeedsReauth, and that and notFound where it may not link; what LinkService::create throws, such as
    /// tooManyRequests for a subject with five open links.
    [[nodiscard]] std::variant<AccountToken, NeededLink>
    resolve(const Caller& caller, const ResolveRequest& request, const RequestOrigin& origin);

private:
    Parts _parts;
};

} // namespace central_oauth::services
