// SPDX-License-Identifier: Apache-2.0
// Polls, pauses, and words the end of a link.
#include "central_oauth/cli/LinkWatch.h"

#include "central_oauth/cli/PrintableText.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace central_oauth::cli {

namespace {

using std::chrono::seconds;

constexpr seconds shortestInterval{1};
constexpr seconds longestInterval{60};
constexpr seconds slowDownStep{5}; // RFC 8628 section 3.5
// Less than the 30 seconds after which many a proxy gives up.
constexpr seconds pollWait{25};
// How much longer the server keeps an approved link for its delivery.
constexpr seconds deliveryGrace{120};

struct EndReason {
    std::string_view reason;
    const char* problem;
    bool operatorActs;
};

constexpr std::array<EndReason, 11> endReasons{{
    {"declined", "the request was declined in the browser", false},
    {"upstream_error", "the provider reported an error instead of a grant", false},
    {"too_many_entries", "a wrong code was typed too often, so the link was ended", false},
    {"confirmation_failed", "a wrong PIN was typed too often, so the link was ended", false},
    {"different_person", "another person approved than the link is for, or one who may not be linked", false},
    {"site_not_allowed", "the account reaches no site that this server allows", true},
    {"no_site", "the account has no site at all; approve with one that can use the product", false},
    {"scopes_missing", "the provider granted less than was asked for", false},
    {"no_refresh_token", "the provider granted no lasting access (no refresh token came)", true},
    {"undone", "the approval was undone in the browser", false},
    {"cancelled", "the link was cancelled", false},
}};

std::string clockText(seconds left) {
    const auto total = std::max<seconds::rep>(left.count(), 0);
    const std::string rest = std::to_string(total % 60);
    return std::to_string(total / 60) + (rest.size() == 1 ? ":0" : ":") + rest;
}

seconds bounded(seconds interval) {
    return std::clamp(interval, shortestInterval, longestInterval);
}

LinkOver ended(const ApiError& error, const std::string& problem, const std::string& next, bool isExpired) {
    const Failure told = failureOf(error, problem);
    return {
        Failure(ExitCode::declinedOrExpired, problem, next).withServer(told.serverText(), told.requestId()),
        isExpired};
}

} // namespace

LinkWatch::LinkWatch(ApiClient& api, Waiter& waiter, Terminal& terminal, const LinkCode& link, Words words)
    : _api(api),
      _waiter(waiter),
      _terminal(terminal),
      _link(link),
      _words(std::move(words)),
      _interval(bounded(link.interval)),
      _expiry(waiter.now() + link.expiresIn) {}

std::optional<TokenPayload> LinkWatch::look() {
    return poll(seconds(0));
}

TokenPayload LinkWatch::await() {
    while (true) {
        rest();
        // The line is not rewritten each second, so it must stay true for a minute.
        const auto minutes = std::chrono::ceil<std::chrono::minutes>(left());
        if (_terminal.traits().interactive)
            _terminal.progress(waitingText(std::to_string(minutes.count()) + " min"));
        if (std::optional<TokenPayload> token = poll(pollWait))
            return std::move(*token);
        checkPatience();
    }
}

seconds LinkWatch::left() const {
    return std::max(std::chrono::ceil<seconds>(_expiry - _waiter.now()), seconds(0));
}

void LinkWatch::rest() {
    if (_hasWaited)
        return;
    const auto until = _waiter.now() + std::max(_interval, _pause);
    if (!_terminal.traits().interactive) {
        _terminal.progress("Waiting for approval\u2026");
        _waiter.wait(std::chrono::ceil<std::chrono::milliseconds>(until - _waiter.now()));
        return;
    }
    while (_waiter.now() < until) {
        _terminal.progress(waitingText(clockText(left())));
        const auto rest = std::chrono::ceil<std::chrono::milliseconds>(until - _waiter.now());
        _waiter.wait(std::min<std::chrono::milliseconds>(rest, seconds(1)));
    }
}

std::string LinkWatch::waitingText(const std::string& left) const {
    return (_trouble.empty() ? "Waiting for approval\u2026 " : "No answer, trying again\u2026 ") + left +
           " left, " + _words.interruption;
}

std::optional<TokenPayload> LinkWatch::poll(seconds wait) {
    _pause = seconds(0);
    _hasWaited = false;
    const auto begin = _waiter.now();
    try {
        PollAnswer answer = _api.poll(_link, wait);
        _hasWaited = wait > seconds(0) && _waiter.now() - begin >= wait;
        _trouble.clear();
        if (answer.interval > seconds(0))
            _interval = bounded(answer.interval);
        return std::move(answer.token);
    } catch (const Unreachable& error) {
        _trouble = error.what();
        _maybeTaken = _maybeTaken || error.outcomeUnknown();
    } catch (const ApiError& error) {
        takeRefusal(error);
    }
    return std::nullopt;
}

void LinkWatch::takeRefusal(const ApiError& error) {
    const ServerError& said = error.error();
    _pause = said.retryAfter.value_or(seconds(0));
    if (said.status == 429) {
        _trouble.clear();
        _interval = std::min(_interval + slowDownStep, longestInterval);
    } else if (said.status >= 500 || said.status == 408) {
        _trouble = error.what();
    } else if (said.status == 403) {
        throw refusalOf(error);
    } else if (said.status == 404 || said.status == 410) {
        throw goneOf(error);
    } else {
        throw failureOf(error, "the link could not be followed");
    }
}

void LinkWatch::checkPatience() const {
    const auto now = _waiter.now();
    if (!_trouble.empty() && now >= _expiry)
        throw Failure(ExitCode::unreachable,
                      "the server gave no answer until the link expired: " + printable(_trouble),
                      "when it is back, start again with: " + _words.again);
    if (now >= _expiry + deliveryGrace)
        throw LinkOver(Failure(ExitCode::declinedOrExpired, "nobody finished the link before it expired",
                               "start again with: " + _words.again),
                       true);
}

LinkOver LinkWatch::refusalOf(const ApiError& error) const {
    const std::string again = "start again with: " + _words.again;
    const auto known = std::find_if(endReasons.begin(), endReasons.end(),
                                    [&](const EndReason& end) { return end.reason == error.error().reason; });
    if (known == endReasons.end())
        return ended(error, "the link ended without an account", again, false);
    const bool operatorActs = known->operatorActs || error.error().cause == "operator";
    std::string next = operatorActs ? "ask the operator of the server; then " + again : again;
    if (error.error().cause == "provider")
        next = "the failure is the provider's: wait a few minutes, then " + again;
    return ended(error, known->problem, next, false);
}

LinkOver LinkWatch::goneOf(const ApiError& error) const {
    const std::string again = "start again with: " + _words.again;
    if (error.error().status == 404)
        return ended(error, "the server does not know the link any more", again, true);
    if (error.error().error != "already_delivered")
        return ended(error, "nobody approved the link before it expired", again, true);
    if (_words.isResumed || _maybeTaken)
        return ended(error,
                     "the token was already delivered, most likely to this login before it was interrupted",
                     "see whether the account is there: central-oauth accounts", false);
    return ended(
        error,
        "the token was already delivered, not to this login: to the same login in another terminal, or "
        "to somebody else who holds this link's secret",
        "if that was not you, end the account: central-oauth accounts, central-oauth revoke ACCOUNT", false);
}

} // namespace central_oauth::cli
