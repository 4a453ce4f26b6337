// SPDX-License-Identifier: Apache-2.0
// An HTTP client whose exchange can be abandoned when the person wants to stop.
#pragma once

#include "central_oauth/cli/StopRequest.h"
#include "central_oauth/provider/Services.h"

#include <memory>

namespace central_oauth::cli {

/// Sends through another client on a thread of its own and stops waiting for it at a stop request: a server
/// that hangs must not keep Ctrl-C from working.
///
/// Shares the other client with an exchange that was abandoned at a stop or at its deadline and may still
/// run. The process must then end without running static destructors (StopRequest::hasLeftBehind).
///
/// Not thread-safe: the stop request ends one wait only.
///
/// Errors: those of the other client; Interrupted.
class InterruptibleHttpClient final : public provider::HttpClient {
public:
    InterruptibleHttpClient(std::shared_ptr<const provider::HttpClient> inner,
                            std::shared_ptr<StopRequest> stop)
        : _inner(std::move(inner)), _stop(std::move(stop)) {}

    [[nodiscard]] provider::HttpResponse send(const provider::HttpRequest& request) const override;

private:
    std::shared_ptr<const provider::HttpClient> _inner;
    std::shared_ptr<StopRequest> _stop;
};

} // namespace central_oauth::cli
