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

/// The person whose token is wanted, and the properties of a link for it.
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

/// Returns the need's name on the wire, such as "not_linked".
[[nodiscard]] std::string_view nameOf(LinkNeed need) noexcept;

/// A fresh link for a person whose token is not available otherwise.
struct NeededLink {
    LinkNeed need = LinkNeed::notLinked;
    CreatedLink link;
};

/// Resolves subjects. The parts outlive the service.
///
/// Delivers a link of that subject that a person has approved first, so that another call is enough and
/// nobody has to poll. Of several accounts of one subject at one provider, resolves to the one linked last.
/// Two concurrent calls for a subject without an account make two links; each of them works, and both lead to
/// one account.
///
/// Thread-safe.
/// Never waits for upstream.
class ResolveService {
public:
    struct Parts {
        const domain::Store& store;
        const ProviderCatalog& providers;
        AccountTokens& tokens;
        LinkService& links;
    };

    explicit ResolveService(const Parts& parts) : _parts(parts) {}

    /// Returns the subject's token, or the link that leads to it, or what to wait for as AccountTokens::get.
    /// Requires the scope `token`, and `link` if
    /// `mayLink` is set. A link for an account that needs one keeps the account's id. Throws: notFound for
    /// another subject than the caller is asking for; insufficientScope, also for a holder of a grant token;
    /// invalidRequest; the errors of AccountTokens::get but NeedsReauth; NeedsReauth and notFound if
    /// `mayLink` is not set; the errors of LinkService::create, such as tooManyRequests for a subject with
    /// five open links.
    [[nodiscard]] std::variant<AccountToken, NeededLink, RefreshWait> resolve(const Caller& caller,
                                                                              const ResolveRequest& request,
                                                                              const RequestOrigin& origin,
                                                                              MayWait mayWait);

private:
    Parts _parts;
};

} // namespace central_oauth::services
