// SPDX-License-Identifier: Apache-2.0
// The REST calls of the server, typed.
#pragma once

#include "central_oauth/cli/Answers.h"
#include "central_oauth/cli/ClientSettings.h"
#include "central_oauth/cli/Failure.h"
#include "central_oauth/cli/Waiter.h"
#include "central_oauth/provider/Services.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::cli {

/// What to link. Empty fields are left to the server.
struct LinkRequest {
    std::string provider;
    std::string subject;
    std::string label;
    std::string site;
    std::string onBehalfOf;
};

/// Which accounts to list. An empty field matches all.
struct AccountFilter {
    std::string provider;
    std::string subject;
};

/// One server's REST API (docs/http-api.md), spoken with one client key.
///
/// Borrows everything it is given. URLs are built from the settings alone: no address in an answer is
/// followed.
///
/// Not thread-safe.
///
/// Errors: every call throws ApiError for an error answer, Unreachable if no answer came, UnreadableAnswer
/// for an invalid one, Interrupted. All but `poll` and `cancelLink` repeat a request up to two times when the
/// server asks for a short pause (429, 503).
class ApiClient {
public:
    /// `subject` is the user of the client whom the calls about tokens and accounts are for, sent as the
    /// header Subject; empty for none. These calls throw Failure(usage) for a subject that a header can't
    /// carry.
    ApiClient(const provider::HttpClient& http, Waiter& waiter, const ClientSettings& settings,
              std::string subject = {})
        : _http(http), _waiter(waiter), _settings(settings), _subject(std::move(subject)) {}

    /// Limits the time that all calls from now on take together. A call beyond the limit throws Unreachable.
    void limitTo(std::chrono::seconds limit);

    /// Starts a link.
    [[nodiscard]] LinkCode createLink(const LinkRequest& request);

    /// Polls the link once. The server may wait up to `wait` (≤ 30 s) for a change before it answers.
    [[nodiscard]] PollAnswer poll(const LinkCode& link, std::chrono::seconds wait);

    /// Ends the link; takes at most `limit`.
    void cancelLink(const LinkCode& link, std::chrono::milliseconds limit);

    /// Returns the account's access token, which lives at least `minTtl` if that is given.
    [[nodiscard]] TokenPayload token(const std::string& accountId,
                                     std::optional<std::chrono::seconds> minTtl);

    /// Returns the account.
    [[nodiscard]] Account account(const std::string& accountId);

    /// Returns all pages of the list.
    [[nodiscard]] std::vector<Account> accounts(const AccountFilter& filter);

    /// Returns the names of the configured providers.
    [[nodiscard]] std::vector<std::string> providers();

    /// Deletes the account at the server.
    [[nodiscard]] Revocation revoke(const std::string& accountId);

private:
    provider::HttpRequest request(const std::string& method, const std::string& path,
                                  const provider::Secret& bearer, std::chrono::milliseconds limit) const;
    provider::HttpResponse exchange(const provider::HttpRequest& request) const;
    provider::HttpResponse exchangePatiently(const std::string& method, const std::string& path,
                                             const std::string& body, int expectedStatus);

    const provider::HttpClient& _http;
    Waiter& _waiter;
    const ClientSettings& _settings;
    std::string _subject;
    std::optional<std::chrono::steady_clock::time_point> _end; ///< nullopt: each call has its own limit
};

} // namespace central_oauth::cli
