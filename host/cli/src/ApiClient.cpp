// SPDX-License-Identifier: Apache-2.0
// Builds the requests and classifies the answers.
#include "central_oauth/cli/ApiClient.h"

#include "central_oauth/base/OpaqueText.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/cli/AnswerReader.h"
#include "central_oauth/cli/PrintableText.h"
#include "central_oauth/httpclient/UpstreamHttpClient.h"

#include <algorithm>
#include <iterator>
#include <sstream>

#include <Poco/JSON/Object.h>
#include <Poco/URI.h>

namespace central_oauth::cli {

namespace {

using std::chrono::seconds;

constexpr seconds pollLimit{20}; // beyond the wait that the server is asked for
constexpr seconds callLimit{60}; // a token may have to be refreshed upstream first
constexpr seconds longestPause{10};
constexpr int attempts = 3;
constexpr std::size_t mostPages = 1000;
constexpr int httpNotFound = 404;

std::string encoded(const std::string& value) {
    std::string result;
    // Poco does not encode these by default, and they have a meaning in a query.
    Poco::URI::encode(value, "!#$&'()*+,/:;=?@[]%", result);
    return result;
}

void addParameter(std::string& path, const std::string& name, const std::string& value) {
    if (!value.empty())
        path += (path.find('?') == std::string::npos ? '?' : '&') + name + '=' + encoded(value);
}

std::string linkBody(const LinkRequest& request) {
    Poco::JSON::Object body;
    body.set("provider", request.provider);
    if (!request.subject.empty())
        body.set("subject", request.subject);
    if (!request.label.empty())
        body.set("label", request.label);
    if (!request.site.empty())
        body.set("site", request.site);
    if (!request.onBehalfOf.empty())
        body.set("on_behalf_of", request.onBehalfOf);
    std::ostringstream text;
    body.stringify(text);
    return text.str();
}

Failure wrongServer() {
    return Failure(ExitCode::usage, "CENTRAL_OAUTH_URL leads to no accounts on that server (HTTP 404)",
                   "check that it is the address of the server, without /v1; see: central-oauth config");
}

[[noreturn]] void refuse(const provider::HttpResponse& response) {
    if (response.status >= 400)
        throw ApiError(readError(response));
    throw UnreadableAnswer("HTTP status " + std::to_string(response.status));
}

bool isPauseRequest(int status) {
    return status == 429 || status == 503;
}

// Returns whether the route takes the header Subject (docs/http-api.md).
bool isAccountRoute(const std::string& path) {
    return path.rfind("/v1/tokens", 0) == 0 || path.rfind("/v1/accounts", 0) == 0;
}

// Returns whether the path exists on every server: a 404 then means that the URL is wrong, and not an
// account's id.
bool isKnownToEveryServer(const std::string& path) {
    return path == "/v1/accounts" || path.starts_with("/v1/accounts?") || path == "/v1/providers";
}

std::string proxyFix(const ClientSettings& settings) {
    const auto url = base::WebUrl::parse(settings.url);
    return "correct " + settings.proxySetting + "; or, if the server is reached without a proxy, add " +
           (url ? url->authority.host() : "its host") + " to " + settings.noProxySetting;
}

void requireSubject(const std::string& text) {
    if (text.empty() || base::opaqueFaultOf(text, base::longestSubject) == base::OpaqueFault::none)
        return;
    throw Failure(ExitCode::usage,
                  "this can't be a subject: it has 1 to 128 bytes of UTF-8, no control characters, and no "
                  "blank at either end",
                  "correct --subject; it is your own id of the user");
}

} // namespace

void ApiClient::limitTo(seconds limit) {
    _end = _waiter.now() + limit;
}

LinkCode ApiClient::createLink(const LinkRequest& request) {
    return readLinkCode(exchangePatiently("POST", "/v1/link-code", linkBody(request), 201).body);
}

PollAnswer ApiClient::poll(const LinkCode& link, seconds wait) {
    std::string path = "/v1/poll/" + link.code;
    addParameter(path, "wait", std::to_string(wait.count()));
    const provider::HttpResponse response = exchange(request("GET", path, link.secret, pollLimit + wait));
    PollAnswer answer;
    if (response.status == 200) {
        answer.token = readTokenPayload(response.body);
        return answer;
    }
    if (response.status != 202)
        refuse(response);
    answer.interval =
        std::max(readPendingInterval(response.body), retryAfterOf(response).value_or(seconds(0)));
    return answer;
}

void ApiClient::cancelLink(const LinkCode& link, std::chrono::milliseconds limit) {
    const provider::HttpResponse response =
        exchange(request("DELETE", "/v1/link-code/" + link.code, link.secret, limit));
    if (response.status >= 300)
        refuse(response);
}

TokenPayload ApiClient::token(const std::string& accountId, std::optional<seconds> minTtl) {
    std::string path = "/v1/tokens/" + accountId;
    if (minTtl)
        addParameter(path, "min_ttl", std::to_string(minTtl->count()));
    TokenPayload token = readTokenPayload(exchangePatiently("GET", path, {}, 200).body);
    if (token.accountId != accountId)
        throw UnreadableAnswer("account_id is another account's");
    return token;
}

Account ApiClient::account(const std::string& accountId) {
    Account account = readAccount(exchangePatiently("GET", "/v1/accounts/" + accountId, {}, 200).body);
    if (account.accountId != accountId)
        throw UnreadableAnswer("account_id is another account's");
    return account;
}

std::vector<Account> ApiClient::accounts(const AccountFilter& filter) {
    std::string first = "/v1/accounts";
    addParameter(first, "provider", filter.provider);
    addParameter(first, "subject", filter.subject);
    std::vector<Account> all;
    std::string path = first;
    for (std::size_t page = 0; page < mostPages; ++page) {
        AccountPage next = readAccountPage(exchangePatiently("GET", path, {}, 200).body);
        std::move(next.accounts.begin(), next.accounts.end(), std::back_inserter(all));
        if (next.nextCursor.empty())
            return all;
        path = first;
        addParameter(path, "cursor", next.nextCursor);
    }
    throw UnreadableAnswer("the list of accounts does not end");
}

std::vector<std::string> ApiClient::providers() {
    return readProviderNames(exchangePatiently("GET", "/v1/providers", {}, 200).body);
}

Revocation ApiClient::revoke(const std::string& accountId) {
    return readRevocation(exchangePatiently("DELETE", "/v1/tokens/" + accountId, {}, 200).body);
}

provider::HttpRequest ApiClient::request(const std::string& method, const std::string& path,
                                         const provider::Secret& bearer,
                                         std::chrono::milliseconds limit) const {
    requireSubject(_subject);
    provider::HttpRequest request;
    request.method = method;
    request.url = _settings.url + path;
    request.headers = {{"Accept", "application/json"}};
    if (!_subject.empty() && isAccountRoute(path)) {
        request.headers.emplace_back("Subject", _subject);
    }
    request.bearer = bearer.clone();
    request.deadline = _waiter.now() + limit;
    if (_end)
        request.deadline = std::min(request.deadline, *_end);
    return request;
}

provider::HttpResponse ApiClient::exchange(const provider::HttpRequest& request) const {
    if (_end && _waiter.now() >= *_end)
        throw Unreachable("no answer in time (--timeout)", false);
    try {
        return _http.send(request);
    } catch (const httpclient::UnsendableRequest& error) {
        throw Failure(ExitCode::usage, "nothing was sent: " + printable(error.what()),
                      "correct the command line, or the settings that central-oauth config shows");
    } catch (const provider::HttpError& error) {
        // A request that only reads has no unknown outcome; a poll is none, because it takes a link's token.
        const bool reads =
            request.method == "GET" && isAccountRoute(request.url.substr(_settings.url.size()));
        throw Unreachable(error.what(), !reads && error.failure() == provider::HttpFailure::outcomeUnknown,
                          error.localFault() == provider::LocalFault::proxy ? proxyFix(_settings)
                                                                            : std::string());
    }
}

provider::HttpResponse ApiClient::exchangePatiently(const std::string& method, const std::string& path,
                                                    const std::string& body, int expectedStatus) {
    for (int attempt = 1;; ++attempt) {
        provider::HttpRequest call = request(method, path, _settings.key, callLimit);
        if (!body.empty()) {
            call.headers.emplace_back("Content-Type", "application/json");
            call.body = provider::Secret(body);
        }
        provider::HttpResponse response = exchange(call);
        if (response.status == expectedStatus)
            return response;
        if (response.status == httpNotFound && isKnownToEveryServer(path)) {
            static_cast<void>(readError(response)); // throws if it is no answer of this service
            throw wrongServer();
        }
        const seconds pause = retryAfterOf(response).value_or(seconds(attempt));
        const bool fits = !_end || _waiter.now() + pause < *_end;
        if (!isPauseRequest(response.status) || attempt == attempts || pause > longestPause || !fits)
            refuse(response);
        _waiter.wait(pause);
    }
}

} // namespace central_oauth::cli
