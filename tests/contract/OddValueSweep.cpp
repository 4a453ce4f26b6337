// SPDX-License-Identifier: Apache-2.0
#include "OddValueSweep.h"

#include "../support/ApiWatch.h"
#include "../support/OddTexts.h"
#include "../support/WebBrowser.h"

#include <algorithm>

namespace central_oauth::test {

namespace {

const std::vector<std::string>& headerNames() {
    static const std::vector<std::string> names{
        "Authorization", "Subject", "Link-Verifier",   "X-Correlation-ID", "User-Agent",   "Cookie",
        "Origin",        "Referer", "Sec-Fetch-Site",  "Content-Type",     "Accept",       "Accept-Language",
        "Connection",    "Host",    "X-Forwarded-For", "Forwarded",        "Link-Receipt", "Idempotency-Key",
        "If-None-Match", "Range"};
    return names;
}

void setHeader(RawCall& call, const std::string& name, const std::string& value) {
    std::erase_if(call.headers, [&](const auto& field) { return field.first == name; });
    call.headers.emplace_back(name, value);
}

bool isForm(const ApiOperation& operation) {
    return operation.bodyType == "application/x-www-form-urlencoded";
}

std::string bodyOf(const ApiOperation& operation,
                   const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string body;
    for (const auto& [name, value] : fields)
        body += (body.empty() ? "" : (isForm(operation) ? "&" : ",")) +
                (isForm(operation) ? name + "=" + value : "\"" + name + "\":" + value);
    return isForm(operation) ? body : "{" + body + "}";
}

// Returns the beginning of a value, made printable for a message.
std::string shown(const std::string& value) {
    return percentEncoded(value.substr(0, 24));
}

} // namespace

OddValueSweep::OddValueSweep(ApiWorld& world, Findings& findings)
    : _world(world),
      _findings(findings),
      _connection(portOf(world.service().url())),
      _grantToken(world.grantToken(world.account()).id) {}

OddValueSweep::Session OddValueSweep::sessionOf(WebBrowser& browser, const TestLink& link,
                                                const std::string& csrf) const {
    Session session{link.id, {}, csrf};
    for (const auto& [name, value] : browser.cookiesOf(_world.service().url()))
        session.cookie += (session.cookie.empty() ? "" : "; ") + name + "=" + value;
    return session;
}

OddValueSweep::Session OddValueSweep::openedLink() {
    _world.service().advanceClock(60); // a client may make few links a minute
    const auto link = _world.service().createLink(R"({"subject":")" + _world.freshSubject() + "\"}");
    WebBrowser browser;
    const auto page = browser.open(link.url);
    return sessionOf(browser, link, page.inputValue("csrf"));
}

OddValueSweep::Session OddValueSweep::finishedLink() {
    const auto link = _world.service().createLink(R"({"subject":")" + _world.freshSubject() + "\"}");
    WebBrowser browser;
    const auto page = ServiceUnderTest::consent(browser, _world.service().approve(browser, link));
    return sessionOf(browser, link, page.inputValue("csrf"));
}

std::vector<std::pair<std::string, std::string>> OddValueSweep::fieldsOf(const ApiOperation& operation) {
    std::vector<std::pair<std::string, std::string>> fields;
    if (!operation.body)
        return fields;
    if (isForm(operation)) {
        const bool isUndo = operation.pattern.starts_with("/undo/");
        fields = {{"csrf", isUndo ? _finished->csrf : _opened->csrf},
                  {"decision", isUndo ? "redo" : "approve"}};
        return fields;
    }
    const auto sample = sampleBody(operation.body);
    for (const auto& [name, value] : *sample)
        fields.emplace_back(name, value.isString() ? jsonQuoted(value.toString()) : value.toString());
    return fields;
}

RawCall OddValueSweep::rightCall(const ApiOperation& operation) {
    if (!_opened)
        _opened = openedLink();
    if (!_finished)
        _finished = finishedLink();
    RawCall call{operation.method, operation.path};
    const bool isFinished =
        operation.pattern.starts_with("/done/") || operation.pattern.starts_with("/undo/");
    for (auto begin = call.target.find('{'); begin != std::string::npos; begin = call.target.find('{')) {
        const auto end = call.target.find('}', begin);
        const auto name = call.target.substr(begin + 1, end - begin - 1);
        auto value = name == "grant_token_id" ? _grantToken : std::string();
        if (name == "link_id")
            value = (isFinished ? _finished : _opened)->link;
        else if (value.empty())
            value = _world.valueOf(name);
        call.target.replace(begin, end - begin + 1, value);
    }
    if (operation.isApi()) {
        const auto credential = _world.credentialFor(operation);
        if (!credential.empty())
            call.headers.emplace_back("Authorization", "Bearer " + credential);
    } else {
        call.headers.emplace_back("Cookie", (isFinished ? _finished : _opened)->cookie);
        call.headers.emplace_back("Origin", _world.service().url());
    }
    if (operation.body) {
        call.headers.emplace_back("Content-Type", operation.bodyType);
        call.body = bodyOf(operation, fieldsOf(operation));
    }
    return call;
}

void OddValueSweep::send(const ApiOperation& operation, RawCall call, const std::string& what) {
    ++_requests;
    const bool isForwarded = std::any_of(call.headers.begin(), call.headers.end(),
                                         [](const auto& field) { return field.first == "X-Forwarded-For"; });
    if (!isForwarded)
        call.headers.emplace_back("X-Forwarded-For", "198." + std::to_string(20 + _requests / 62'500) + "." +
                                                         std::to_string(_requests / 250 % 250) + "." +
                                                         std::to_string(_requests % 250 + 1));
    _findings.run(what, [&] { judge(operation, call, _connection.exchange(call), what); });
}

// Sends the call with and without its credential.
void OddValueSweep::sendBoth(const ApiOperation& operation, const RawCall& call, const std::string& what) {
    auto bare = call;
    std::erase_if(bare.headers, [](const auto& field) {
        return field.first == "Authorization" || field.first == "Cookie";
    });
    send(operation, call, what);
    send(operation, bare, what + ", unproven");
}

void OddValueSweep::judge(const ApiOperation& operation, const RawCall& call, const HttpAnswer& answer,
                          const std::string& what) {
    _findings.expect(answer.status < 500 || answer.status == 501,
                     what + ": " + std::to_string(answer.status));
    if (answer.status < 400)
        return;
    // One answer of each kind is checked against the description; all others only have the form of an error.
    const bool isJson = answer.header("Content-Type") == "application/json";
    std::string error;
    _findings.run(what, [&] { error = isJson ? answer.text("error") : std::string(); });
    _findings.expect(isJson ? !error.empty() : answer.body.find("</html>") != std::string::npos,
                     what + ": no valid body of an error");
    // The description of this operation does not cover requests that were refused before their path was read,
    // or whose path is another.
    if (isJson != operation.isApi() || !_isPathRight)
        return;
    if (_validated.insert(operation.name() + std::to_string(answer.status) + error).second)
        checkApiAnswer({call.method, _world.service().url() + call.target, {}, call.body}, answer);
}

void OddValueSweep::sweepPath(const ApiOperation& operation) {
    _isPathRight = false;
    for (auto begin = operation.path.find('{'); begin != std::string::npos;
         begin = operation.path.find('{', begin + 1)) {
        const auto name = operation.path.substr(begin, operation.path.find('}', begin) - begin + 1);
        for (const auto& piece : oddUrlPieces()) {
            auto spoiled = operation;
            spoiled.path.replace(spoiled.path.find(name), name.size(), piece);
            sendBoth(operation, rightCall(spoiled),
                     operation.name() + " with " + name + " " + piece.substr(0, 24));
        }
    }
}

void OddValueSweep::sweepQuery(const ApiOperation& operation) {
    _isPathRight = true;
    const auto call = rightCall(operation);
    const auto with = [&](const std::string& query) {
        auto spoiled = call;
        spoiled.target += "?" + query;
        sendBoth(operation, spoiled, operation.name() + "?" + query.substr(0, 40));
    };
    for (const auto& piece : oddUrlPieces()) {
        for (const auto& name : operation.query) {
            with(name + "=" + piece);
        }
        with(piece);
    }
    for (const auto& name : operation.query)
        with(name + "=x&" + name + "=%FF");
}

void OddValueSweep::sweepBody(const ApiOperation& operation) {
    if (!operation.body)
        return;
    for (const auto& [name, schema] : *operation.body->getObject("properties")) {
        int sent = 0;
        for (const auto& text : oddTexts()) {
            // Five wrong codes end a link.
            if (isForm(operation) && ++sent % 4 == 0)
                _opened.reset();
            auto call = rightCall(operation);
            auto fields = fieldsOf(operation);
            std::erase_if(fields, [&name = name](const auto& field) { return field.first == name; });
            fields.emplace_back(name, isForm(operation) ? percentEncoded(text) : jsonQuoted(text));
            call.body = bodyOf(operation, fields);
            const auto what = operation.name() + " with the field " + name + " " + shown(text);
            sendBoth(operation, call, what);
            fields.push_back(fields.back());
            call.body = bodyOf(operation, fields);
            send(operation, call, what + " twice");
        }
    }
}

void OddValueSweep::sweepHeaders(const ApiOperation& operation) {
    const auto call = rightCall(operation);
    ++_turn;
    for (const auto& name : headerNames()) {
        for (std::size_t at = 0; at < oddHeaderValues().size(); ++at) {
            constexpr std::size_t parts = 4;
            if (at % parts != _turn % parts)
                continue;
            const auto& value = oddHeaderValues()[at];
            auto spoiled = call;
            setHeader(spoiled, name, value);
            const auto what = operation.name() + " with " + name + ": " + shown(value);
            send(operation, spoiled, what);
        }
        auto twice = call;
        setHeader(twice, name, "a");
        twice.headers.emplace_back(name, "b");
        send(operation, twice, operation.name() + " with " + name + " twice");
    }
}

void OddValueSweep::sweepCookies(const ApiOperation& operation) {
    const auto call = rightCall(operation);
    const auto own = _opened->cookie;
    std::vector<std::string> lines;
    for (const auto& value : oddHeaderValues()) {
        for (const auto& name :
             {"opened-" + _opened->link, "opened-" + _opened->link + ".AAAAAAAA", "owner-" + _opened->link,
              std::string("browser"), std::string("opened-"), "opened-" + value.substr(0, 100),
              "opened-" + _opened->link + "." + value.substr(0, 8)})
            lines.push_back("central-oauth-" + name + "=" + value);
        lines.push_back(value);
    }
    ++_turn;
    for (std::size_t at = _turn % 2; at < lines.size(); at += 2) {
        const auto& line = lines[at];
        auto spoiled = call;
        setHeader(spoiled, "Cookie", line);
        send(operation, spoiled, operation.name() + " with the cookie " + shown(line));
        setHeader(spoiled, "Cookie", line.substr(0, 3000) + "; " + own + "; " + line.substr(0, 3000));
        send(operation, spoiled, operation.name() + " with its cookies and " + shown(line));
    }
}

} // namespace central_oauth::test
