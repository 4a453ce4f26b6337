// SPDX-License-Identifier: Apache-2.0
// The device flow (as in RFC 8628) for the person at the terminal.
#include "central_oauth/cli/LoginCommand.h"

#include "LoginLines.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/cli/PrintableText.h"
#include "central_oauth/cli/QrCode.h"

namespace central_oauth::cli {

namespace {

using std::chrono::seconds;
using Style = Terminal::Style;

// How long a cancellation after Ctrl-C may take; --cancel may take longer.
constexpr std::chrono::milliseconds hastyLimit{1500};
constexpr std::chrono::milliseconds patientLimit{20000};

} // namespace

LoginCommand::LoginCommand(const LoginTools& tools, const Invocation& invocation)
    : _tools(tools),
      _terminal(tools.terminal),
      _invocation(invocation),
      _request{invocation.operand, invocation.subject, invocation.label, invocation.site,
               invocation.onBehalfOf} {}

void LoginCommand::run() {
    // Only if a person watches: two jobs that share a home must not share a link.
    const std::optional<PendingLogin> kept = isWatched() ? _tools.kept.find(_request) : std::nullopt;
    if (kept && takeUp(kept->link))
        return;
    const LinkCode link = createLink();
    _isKept = isWatched() && _tools.kept.keep(_request, link);
    LinkWatch watch = watchOf(link, false);
    await(watch, link, false);
}

// Resumes the link. Returns false if it turned out to be over before anybody decided about it.
bool LoginCommand::takeUp(const LinkCode& link) {
    _isKept = true;
    LinkWatch watch = watchOf(link, true);
    if (std::optional<TokenPayload> token = look(watch, link)) {
        if (_invocation.json)
            _terminal.output() << linkLine(link, true) << std::endl;
        report(*token);
        return true;
    }
    if (watch.left() > seconds(0)) {
        await(watch, link, true);
        return true;
    }
    _tools.kept.drop(link.code);
    _terminal.messages() << "The earlier link is over, so here is a new one.\n" << std::endl;
    return false;
}

// Returns the token if it is there already, otherwise nullopt. Leaves no time to wait if the link has
// expired.
std::optional<TokenPayload> LoginCommand::look(LinkWatch& watch, const LinkCode& link) {
    try {
        std::optional<TokenPayload> token = watch.look();
        if (token)
            _tools.kept.drop(link.code);
        return token;
    } catch (const LinkOver& over) {
        _tools.kept.drop(link.code);
        if (!over.isExpired())
            throw;
        watch.giveUp();
        return std::nullopt;
    } catch (const Interrupted&) {
        leave(watch, link);
        throw;
    }
}

LinkCode LoginCommand::createLink() {
    const std::string problem = "no link could be created for " + _invocation.operand;
    try {
        return _tools.api.createLink(_request);
    } catch (const ApiError& error) {
        throw refusalOf(error, problem);
    } catch (const Unreachable& error) {
        throw failureOf(error, problem);
    }
}

Failure LoginCommand::refusalOf(const ApiError& error, const std::string& problem) const {
    Failure told = failureOf(error, problem);
    const ServerError& said = error.error();
    std::string next;
    if (said.status == 404)
        next = "check that the url is the address of a Central OAuth server; see: central-oauth config";
    else if (said.status == 429 && !_tools.kept.open().empty())
        next = "end what earlier logins left open with: central-oauth login --cancel; or " + told.next();
    else
        return told;
    return Failure(said.status == 404 ? ExitCode::usage : told.code(), problem, next)
        .withServer(told.serverText(), told.requestId());
}

void LoginCommand::await(LinkWatch& watch, const LinkCode& link, bool isResumed) {
    try {
        show(link, isResumed);
        if (_invocation.json)
            printLink(watch, link, isResumed);
        const TokenPayload token = watch.await();
        _tools.kept.drop(link.code);
        report(token);
    } catch (const LinkOver&) {
        _tools.kept.drop(link.code);
        throw;
    } catch (const Interrupted&) {
        leave(watch, link);
        throw;
    }
}

// If the reader of the output is gone, nobody would learn of the result, so nobody is asked to approve.
void LoginCommand::printLink(const LinkWatch& watch, const LinkCode& link, bool isResumed) {
    _terminal.output() << linkLine(link, isResumed) << std::endl;
    if (_terminal.output())
        return;
    leave(watch, link);
    throw lostOutput();
}

void LoginCommand::leave(const LinkWatch& watch, const LinkCode& link) {
    if (_isKept && watch.left() > seconds(0)) {
        _terminal.messages() << "The link stays open for " << spokenDuration(watch.left())
                             << ". Go on with it by the same command:\n  " << loginAgain()
                             << "\nor end it with:\n  central-oauth login --cancel" << std::endl;
        return;
    }
    cancel(link);
    _tools.kept.drop(link.code);
}

void LoginCommand::show(const LinkCode& link, bool isResumed) {
    std::ostream& out = _terminal.messages();
    if (isResumed)
        out << "Going on with the earlier link, which is open for " << spokenDuration(link.expiresIn)
            << " more.\n\n";
    out << "Your one-time code: " << _terminal.styled(Style::strong, link.displayCode)
        << "\n\nOpen this page in a browser and type the code there:\n"
        << link.verificationUrl << "\n\n";
    const bool isOpened = openBrowser(link.verificationUrl);
    if (_invocation.qr.value_or(_terminal.traits().interactive && !isOpened))
        showQrCode(link.verificationUrl);
    out << std::flush;
}

bool LoginCommand::openBrowser(const std::string& url) {
    if (_invocation.noInput || !_invocation.browser.value_or(isWatched()))
        return false;
    const bool isWanted = _invocation.browser.value_or(false);
    const ProgramCommand command = browserCommand(_tools.variable, url, isWanted);
    const bool isOpened = !command.empty() && _tools.startProgram(command);
    if (isOpened)
        _terminal.messages() << "The page should open in your browser now.\n\n";
    else if (isWanted)
        _terminal.messages() << "No browser could be started here.\n\n";
    return isOpened;
}

void LoginCommand::showQrCode(const std::string& url) {
    const std::optional<QrCode> code = QrCode::of(url);
    // A wrapped code can't be scanned. With --qr on a pipe, the width is the person's choice.
    const bool fits =
        code && (!_terminal.traits().interactive || code->drawnColumns() < _terminal.traits().columns);
    if (fits)
        _terminal.messages() << code->drawn() << '\n';
}

void LoginCommand::cancelKept() {
    bool isAny = false;
    for (const PendingLogin& login : _tools.kept.open()) {
        const auto fits = [](const std::string& wanted, const std::string& is) {
            return wanted.empty() || wanted == is;
        };
        const bool isMeant = fits(_request.provider, login.request.provider) &&
                             fits(_request.subject, login.request.subject) &&
                             fits(_request.label, login.request.label) &&
                             (fits(_request.site, login.request.site) ||
                              base::sameSiteUrl(_request.site, login.request.site)) &&
                             fits(_request.onBehalfOf, login.request.onBehalfOf);
        if (isMeant)
            cancelKept(login);
        isAny = isAny || isMeant;
    }
    if (!isAny)
        _terminal.messages() << "No link waits." << std::endl;
}

void LoginCommand::cancelKept(const PendingLogin& login) {
    const std::string name = "the link for " + printable(login.request.provider, 64);
    try {
        _tools.api.cancelLink(login.link, patientLimit);
        _terminal.messages() << "Cancelled " << name << ": its code is not valid any more." << std::endl;
    } catch (const ApiError& error) {
        const int status = error.error().status;
        if (status >= 500 || status == 408 || status == 429)
            throw failureOf(error, name + " could not be cancelled");
        _terminal.messages() << "Not cancelled: " << name
                             << " had ended already. If it was approved, see: central-oauth accounts"
                             << std::endl;
    } catch (const Unreachable& error) {
        throw failureOf(error, name + " could not be cancelled");
    }
    _tools.kept.drop(login.link.code);
}

void LoginCommand::cancel(const LinkCode& link) {
    std::ostream& out = _terminal.messages();
    out << "Cancelling\u2026" << std::endl;
    try {
        _tools.api.cancelLink(link, hastyLimit);
        out << "Cancelled: the code is not valid any more." << std::endl;
    } catch (const ApiError&) {
        out << "The link had ended already. If it was approved, see: central-oauth accounts" << std::endl;
    } catch (const std::exception&) {
        out << "The server could not be told; the code expires by itself." << std::endl;
    }
}

void LoginCommand::report(const TokenPayload& token) {
    std::ostream& out = _terminal.messages();
    out << _terminal.styled(Style::good, "Linked " + token.person.shownAs());
    if (!token.person.email.empty() && token.person.email != token.person.shownAs())
        out << " (" << token.person.email << ')';
    out << " at " << token.provider << ".\n  account  " << token.accountId << "\n  site     "
        << siteText(token.site, token.siteCount);
    if (token.site && !token.site->name.empty() && !token.site->url.empty())
        out << " (" << token.site->url << ')';
    out << "\n  scopes   " << token.scopes.size() << "\n  token    valid for "
        << spokenDuration(token.expiresIn);
    if (!token.validUntil.empty())
        out << ", until " << token.validUntil;
    out << "\n\nNext, print an access token with: central-oauth token " << token.accountId << std::endl;
    _terminal.output() << (_invocation.json ? linkedLine(token) : token.accountId) << std::endl;
}

LinkWatch LoginCommand::watchOf(const LinkCode& link, bool isResumed) {
    return {_tools.api,
            _tools.waiter,
            _terminal,
            link,
            {_isKept ? "Ctrl-C pauses" : "Ctrl-C cancels", loginAgain(), isResumed}};
}

bool LoginCommand::isWatched() const {
    return _terminal.traits().interactive || _terminal.traits().answers;
}

std::string LoginCommand::loginAgain() const {
    std::string command = "central-oauth login " + _invocation.operand;
    const auto add = [&](const char* option, const std::string& value) {
        if (!value.empty())
            command += std::string(" --") + option + ' ' + shellWord(printable(value, 256));
    };
    add("subject", _request.subject);
    add("label", _request.label);
    add("site", _request.site);
    add("on-behalf-of", _request.onBehalfOf);
    return command;
}

} // namespace central_oauth::cli
