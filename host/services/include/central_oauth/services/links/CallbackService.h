// SPDX-License-Identifier: Apache-2.0
// The browser's return from upstream: state, code, grant, stage (RFC 6749 section 4.1.2).
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Linking.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/UpstreamLimiter.h"
#include "central_oauth/services/grants/StageRevocation.h"
#include "central_oauth/services/links/Browser.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::services {

class FreshGrant;

/// The parameters of the callback's query. An absent parameter is empty.
struct CallbackParameters {
    provider::Secret state;
    provider::Secret code;
    std::string error;
    std::string issuer; ///< `iss`, RFC 9207
};

/// Takes a callback: consumes the state in every case, exchanges the code at once, reads identity and sites,
/// and stages the result in the link. A grant that is not kept is revoked upstream in the background, under
/// the rule of any removed account, if its owner is known. A state works once, in one browser, against forged
/// callbacks (RFC 9700 section 4.7).
///
/// The parts outlive the service.
/// Thread-safe.
/// Blocks for up to three upstream calls, or five where upstream does not accept its new access token at
/// once: then the token is refreshed once.
///
/// Errors: base::Error(invalidRequest) for a missing, unknown, replayed or foreign state, with no upstream
/// call made. Every later failure ends the link with a reason instead.
class CallbackService {
public:
    struct Parts {
        domain::Store& store;
        const domain::Sealer& sealer;
        const ProviderCatalog& providers;
        const base::Clock& clock;
        logging::Logger& logger;
        UpstreamLimiter& upstream; ///< shared with the other services that wait for upstream
        StageRevocation& dropped;  ///< takes the grants that are refused here
    };

    /// Returns the cookies of a link that the returning browser holds.
    using BrowserOf = std::function<Browser(const base::LinkId&)>;

    explicit CallbackService(const Parts& parts);

    /// Completes the callback. Returns the link, whose view then shows the person the outcome. `path` is the
    /// path at which the answer arrived; it must be the callback path of the link's own provider, and the
    /// browser must be the link's owner.
    [[nodiscard]] base::LinkId complete(const std::string& path, const CallbackParameters& parameters,
                                        const BrowserOf& browserOf, const RequestOrigin& origin);

private:
    /// Why a link ends without a grant.
    struct Refusal {
        domain::EndReason reason = domain::EndReason::upstreamError;
        std::optional<domain::EndCause> cause{};
        std::string detail{}; ///< for the log
    };

    [[nodiscard]] domain::TakenState takeState(const std::string& path, const CallbackParameters& parameters,
                                               const BrowserOf& browserOf, const RequestOrigin& origin);
    [[nodiscard]] std::optional<Refusal> refusalOf(const CallbackParameters& parameters,
                                                   const ConfiguredProvider& provider) const;
    [[nodiscard]] std::optional<Refusal> fetchGrant(const domain::TakenState& taken,
                                                    const provider::Secret& code,
                                                    const ConfiguredProvider& provider,
                                                    const RequestOrigin& origin,
                                                    domain::StagedGrant& grant) const;
    [[nodiscard]] std::optional<Refusal>
    describeGrant(const domain::Link& link, const ConfiguredProvider& provider, FreshGrant& fresh) const;
    [[nodiscard]] bool stage(const domain::Link& link, const domain::StagedGrant& grant,
                             const RequestOrigin& origin);
    [[nodiscard]] static std::optional<Refusal> scopesRefusal(const domain::Link& link,
                                                              const domain::StagedGrant& grant);
    void readOwner(const ConfiguredProvider& provider, FreshGrant& fresh) const;
    void logEnd(const domain::Link& link, const Refusal& refusal) const;
    void end(const domain::Link& link, const Refusal& refusal, const RequestOrigin& origin,
             std::string_view foreign = {});

    Parts _parts;
    logging::Channel _log;
};

} // namespace central_oauth::services
