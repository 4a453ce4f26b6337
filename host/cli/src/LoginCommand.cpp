// SPDX-License-Identifier: Apache-2.0
// The device flow as the person at the terminal sees it (in the manner of RFC 8628).
#include "central_oauth/cli/LoginCommand.h"

#include "central_oauth/cli/PrintableText.h"
#include "central_oauth/cli/QrCode.h"

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
// The server keeps an approved link so much longer, for its delivery.
constexpr seconds deliveryGrace{120};
constexpr std::chrono::milliseconds cancelLimit{1500};

struct EndReason {
    std::string_view reason;
    const char* problem;
    bool operatorActs;
};

constexpr std::array<EndReason, 10> endReasons{{
    {"declined", "the request was declined in the browser", false},
    {"upstream_error", "the provider reported an error instead of a grant", false},
    {"too_many_entries", "a wrong code was typed too often, so the link was ended", false},
    {"confirmation_failed", "a wrong PIN was typed too often, so the link was ended", false},
    {"different_person", "another person approved than the link is for, or one who may not be linked", false},
    {"site_not_allowed", "the account reaches no site that this server allows", true},
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

} // namespace

void LoginCommand::run() {
    const LinkCode link = createLink();
    try {
        show(link);
        report(awaitApproval(link));
    } catch (const Interrupted&) {
        cancel(link);
        throw;
    }
}

LinkCode LoginCommand::createLink() {
    const std::string problem = "no link could be created for " + _invocation.operand;
    try {
        LinkCode link =
            _api.createLink({_invocation.operand, _invocation.subject, _invocation.label, _invocation.site});
        _expiry = _waiter.now() + link.expiresIn;
        _interval = std::clamp(link.interval, shortestInterval, longestInterval);
        return link;
    } catch (const ApiError& error) {
        if (error.error().status != 404)
            throw failureOf(error, problem);
        const Failure told = failureOf(error, problem);
        throw Failure(ExitCode::usage, problem, "ask the operator for the names of the configured providers")
            .withServer(told.serverText(), told.requestId());
    } catch (const Unreachable& error) {
        throw failureOf(error, problem);
    }
}

void LoginCommand::show(const LinkCode& link) {
    std::ostream& out = _terminal.messages();
    out << "Your one-time code: " << link.displayCode
        << "\n\nOpen this page in a browser and type the code there:\n"
        << link.verificationUrl << "\n\n";
    if (_invocation.qr.value_or(_terminal.traits().interactive))
        showQrCode(link.verificationUrl);
    out << std::flush;
}

void LoginCommand::showQrCode(const std::string& url) {
    const std::optional<QrCode> code = QrCode::of(url);
    // A wrapped code can't be scanned; who asks for it on a pipe knows the width better.
    const bool fits =
        code && (!_terminal.traits().interactive || code->drawnColumns() < _terminal.traits().columns);
    if (fits)
        _terminal.messages() << code->drawn() << '\n';
}

TokenPayload LoginCommand::awaitApproval(const LinkCode& link) {
    while (true) {
        rest();
        if (std::optional<TokenPayload> token = pollOnce(link))
            return std::move(*token);
        checkPatience();
    }
}

void LoginCommand::rest() {
    if (_hasWaited)
        return;
    const auto until = _waiter.now() + std::max(_interval, _pause);
    if (!_terminal.traits().interactive) {
        _terminal.progress("Waiting for approval\u2026");
        _waiter.wait(std::chrono::ceil<std::chrono::milliseconds>(until - _waiter.now()));
        return;
    }
    while (_waiter.now() < until) {
        const auto left = std::chrono::ceil<seconds>(_expiry - _waiter.now());
        _terminal.progress(waitingText(clockText(left)));
        const auto rest = std::chrono::ceil<std::chrono::milliseconds>(until - _waiter.now());
        _waiter.wait(std::min<std::chrono::milliseconds>(rest, seconds(1)));
    }
}

std::string LoginCommand::waitingText(const std::string& left) const {
    return (_trouble.empty() ? "Waiting for approval\u2026 " : "No answer, trying again\u2026 ") + left +
           " left, Ctrl-C cancels";
}

std::optional<TokenPayload> LoginCommand::pollOnce(const LinkCode& link) {
    _pause = seconds(0);
    _hasWaited = false;
    const auto begin = _waiter.now();
    // Nobody counts seconds meanwhile, so the line must stay true without.
    const auto left = std::max<std::chrono::minutes::rep>(
        std::chrono::ceil<std::chrono::minutes>(_expiry - begin).count(), 0);
    if (_terminal.traits().interactive)
        _terminal.progress(waitingText(std::to_string(left) + " min"));
    try {
        PollAnswer answer = _api.poll(link, pollWait);
        _hasWaited = _waiter.now() - begin >= pollWait;
        _trouble.clear();
        if (answer.interval > seconds(0))
            _interval = std::clamp(answer.interval, shortestInterval, longestInterval);
        return std::move(answer.token);
    } catch (const Unreachable& error) {
        _trouble = error.what();
    } catch (const ApiError& error) {
        const ServerError& said = error.error();
        _pause = said.retryAfter.value_or(seconds(0));
        if (said.status == 429) {
            _trouble.clear();
            _interval = std::min(_interval + slowDownStep, longestInterval);
        } else if (said.status >= 500 || said.status == 408) {
            _trouble = error.what();
        } else {
            throw endOfLink(error);
        }
    }
    return std::nullopt;
}

void LoginCommand::checkPatience() const {
    const auto now = _waiter.now();
    if (!_trouble.empty() && now >= _expiry)
        throw Failure(ExitCode::unreachable,
                      "the server gave no answer until the link expired: " + printable(_trouble),
                      "when it is back, start again with: " + loginAgain());
    if (now >= _expiry + deliveryGrace)
        throw Failure(ExitCode::declinedOrExpired, "nobody finished the link before it expired",
                      "start again with: " + loginAgain());
}

Failure LoginCommand::endOfLink(const ApiError& error) const {
    const ServerError& said = error.error();
    std::string problem;
    std::string next = "start again with: " + loginAgain();
    if (said.status == 403) {
        problem = "the link ended without an account";
        const auto known = std::find_if(endReasons.begin(), endReasons.end(),
                                        [&](const EndReason& end) { return end.reason == said.reason; });
        if (known != endReasons.end())
            problem = known->problem;
        if (known != endReasons.end() && known->operatorActs)
            next = "ask the operator of the server; then " + next;
    } else if (said.status == 410 && said.error == "already_delivered") {
        problem = "the token was already delivered to somebody else who holds this link's secret";
        next = "if that was not you, end the account: central-oauth accounts, central-oauth revoke ACCOUNT";
    } else if (said.status == 410) {
        problem = "nobody approved the link before it expired";
    } else if (said.status == 404) {
        problem = "the server does not know the link any more";
    } else {
        return failureOf(error, "the link could not be followed");
    }
    const Failure told = failureOf(error, problem);
    return Failure(ExitCode::declinedOrExpired, problem, next)
        .withServer(told.serverText(), told.requestId());
}

void LoginCommand::cancel(const LinkCode& link) {
    std::ostream& out = _terminal.messages();
    out << "Cancelling\u2026" << std::endl;
    try {
        _api.cancelLink(link, cancelLimit);
        out << "Cancelled: the code is not valid any more." << std::endl;
    } catch (const ApiError&) {
        out << "The link had ended already. If it was approved, see: central-oauth accounts" << std::endl;
    } catch (const std::exception&) {
        out << "The server could not be told; the code expires by itself." << std::endl;
    }
}

void LoginCommand::report(const TokenPayload& token) {
    std::ostream& out = _terminal.messages();
    out << "Linked " << token.person.shownAs();
    if (!token.person.email.empty() && token.person.email != token.person.shownAs())
        out << " (" << token.person.email << ')';
    out << " at " << token.provider << ".\n  account  " << token.accountId << "\n  site     "
        << siteText(token.site, token.siteCount);
    if (token.site && !token.site->name.empty() && !token.site->url.empty())
        out << " (" << token.site->url << ')';
    out << "\n  scopes   " << token.scopeCount << "\n  token    valid for "
        << spokenDuration(token.expiresIn);
    if (!token.validUntil.empty())
        out << ", until " << token.validUntil;
    out << "\n\nNext, print an access token with: central-oauth token " << token.accountId << std::endl;
    _terminal.output() << token.accountId << '\n';
}

std::string LoginCommand::loginAgain() const {
    std::string command = "central-oauth login " + _invocation.operand;
    if (!_invocation.subject.empty())
        command += " --subject " + shellWord(printable(_invocation.subject, 128));
    return command;
}

} // namespace central_oauth::cli
