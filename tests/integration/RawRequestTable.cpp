// SPDX-License-Identifier: Apache-2.0
// Parts of the rows, and the rows about request lines.
#include "RawRequestTable.h"

#include <iterator>
#include <utility>

namespace central_oauth::test {

using namespace std::string_literals;

std::string rawGet(const std::string& target, const std::string& fields) {
    return "GET " + target + " HTTP/1.1\r\nHost: example.com\r\n" + fields + "\r\n";
}

std::string rawPost(const std::string& fields, const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: example.com\r\n" + fields + "\r\n" + body;
}

RawAnswer rawHealthy() {
    return {200, R"({"status":"ok"})"};
}

RawRequest rawAccepted(std::string name, std::string bytes) {
    return {std::move(name), std::move(bytes), {rawHealthy()}};
}

RawRequest rawEchoed(std::string name, std::string bytes, std::string body) {
    return {std::move(name), std::move(bytes), {{200, std::move(body)}}};
}

RawRequest rawRefused(std::string name, std::string bytes, int status) {
    RawAnswer refusal{status};
    refusal.refusal = true;
    return {std::move(name), std::move(bytes), {refusal}, Afterwards::ends};
}

RawRequest rawDispatched(std::string name, std::string bytes, int status, Afterwards afterwards) {
    return {std::move(name), std::move(bytes), {{status}}, afterwards};
}

std::vector<RawRequest> rawRequestTable() {
    std::vector<RawRequest> all;
    for (auto* part : {rawRequestLines, rawFields, rawLengths, rawChunks, rawSequences, rawSmuggling}) {
        auto rows = part();
        all.insert(all.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    }
    return all;
}

namespace {

// Returns a whole request with this first line.
std::string withLine(const std::string& line) {
    return line + "\r\nHost: example.com\r\n\r\n";
}

std::vector<RawRequest> methods() {
    RawRequest head{"HEAD", withLine("HEAD /v1/healthz HTTP/1.1"), {rawHealthy()}};
    head.answers.front() = {200, "", true};
    return {
        rawAccepted("GET", rawGet("/v1/healthz")),
        head,
        rawDispatched("TRACE is not served", withLine("TRACE /v1/healthz HTTP/1.1"), 405),
        rawDispatched("OPTIONS of a path", withLine("OPTIONS /v1/healthz HTTP/1.1"), 405),
        rawDispatched("unknown method", withLine("BREW /v1/healthz HTTP/1.1"), 501),
        rawDispatched("methods know case", withLine("get /v1/healthz HTTP/1.1"), 501),
        rawDispatched("method of every kind of token character",
                      withLine("!#$%&'*+-.^_`|~09aZ /v1/healthz HTTP/1.1"), 501),
        rawRefused("overlong method", withLine(std::string(200, 'M') + " /v1/healthz HTTP/1.1"), 501),
        rawRefused("method with a separator", withLine("G(T /v1/healthz HTTP/1.1")),
        rawRefused("method with a colon", withLine("GET: /v1/healthz HTTP/1.1")),
        rawRefused("method with NUL", withLine("GE\0T /v1/healthz HTTP/1.1"s)),
        rawRefused("method with a letter beyond ASCII", withLine("G\xc3\x89T /v1/healthz HTTP/1.1")),
        rawRefused("no method", withLine(" /v1/healthz HTTP/1.1")),
        rawRefused("tab after the method", withLine("GET\t/v1/healthz HTTP/1.1")),
        rawRefused("two spaces after the method", withLine("GET  /v1/healthz HTTP/1.1")),
        rawRefused("space before the method", withLine(" GET /v1/healthz HTTP/1.1")),
        rawRefused("text before the method", withLine("Extra lineGET / HTTP/1.1")),
        rawRefused("TLS on a plain port, HTTP/2 preface, or the like", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    };
}

std::vector<RawRequest> versions() {
    std::vector<RawRequest> rows{
        rawRefused("no version", withLine("GET /v1/healthz")),
        rawRefused("a space and no version", withLine("GET /v1/healthz ")),
        rawRefused("HTTP/0.9 in one line", "GET /v1/healthz\r\n"),
        rawRefused("two spaces before the version", withLine("GET /v1/healthz  HTTP/1.1")),
        rawRefused("tab before the version", withLine("GET /v1/healthz\tHTTP/1.1")),
        rawRefused("space after the version", withLine("GET /v1/healthz HTTP/1.1 ")),
        rawRefused("four words", withLine("GET /v1/healthz HTTP/1.1 HTTP/1.1")),
    };
    for (const std::string version : {"HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/9.9", "HTTP/1", "HTTP/1.",
                                      "HTTP/.1", "HTTP/1.10", "HTTP/01.1", "HTTP/1.01", "http/1.1",
                                      "HTTP/1,1", "HTTP/-1.1", "HTTP 1.1", "HTTPS/1.1", "HTTP/1.1x"})
        rows.push_back(rawRefused("version " + version, withLine("GET /v1/healthz " + version)));
    return rows;
}

std::vector<RawRequest> targets() {
    std::vector<RawRequest> rows{
        rawAccepted("absolute form", rawGet("http://example.com/v1/healthz")),
        rawAccepted("absolute form with https", rawGet("https://example.com/v1/healthz")),
        rawAccepted("absolute form in capitals", rawGet("HTTP://EXAMPLE.com/v1/healthz")),
        rawDispatched("absolute form with another host", rawGet("http://example.org/v1/healthz"), 400,
                      Afterwards::either),
        rawDispatched("absolute form with a user", rawGet("http://a@example.com/v1/healthz"), 400,
                      Afterwards::either),
        rawDispatched("absolute form without host", rawGet("http:///v1/healthz"), 400, Afterwards::either),
        rawDispatched("absolute form of another scheme", rawGet("ftp://example.com/v1/healthz"), 400,
                      Afterwards::either),
        rawDispatched("OPTIONS of the server as a whole", withLine("OPTIONS * HTTP/1.1"), 501),
        rawDispatched("CONNECT", withLine("CONNECT example.com:443 HTTP/1.1"), 501),
        rawDispatched("asterisk without OPTIONS", rawGet("*"), 400, Afterwards::either),
        rawDispatched("authority without CONNECT", rawGet("example.com:80"), 400, Afterwards::either),
        rawDispatched("fragment", rawGet("/v1/healthz#top"), 400, Afterwards::either),
        rawDispatched("no slash", rawGet("v1/healthz"), 400, Afterwards::either),
        rawDispatched("encoded slash", rawGet("/v1%2Fhealthz"), 400, Afterwards::either),
        rawDispatched("encoded NUL", rawGet("/v1/healthz%00"), 400, Afterwards::either),
        rawDispatched("half an escape", rawGet("/v1/healthz%4"), 400, Afterwards::either),
        rawDispatched("no escape", rawGet("/v1/%zz"), 400, Afterwards::either),
        rawDispatched("dot segment", rawGet("/v1/../v1/healthz"), 400, Afterwards::either),
        rawDispatched("encoded dot segment", rawGet("/v1/%2e%2e/v1/healthz"), 400, Afterwards::either),
        rawDispatched("backslash", rawGet("/v1\\healthz"), 400, Afterwards::either),
        rawDispatched("two slashes are another path", rawGet("//v1/healthz"), 404),
        rawAccepted("escapes of plain letters", rawGet("/v1/%68ealthz")),
        rawDispatched("unknown path", rawGet("/v1/nothing"), 404),
        rawDispatched("another method's path", withLine("DELETE /v1/healthz HTTP/1.1"), 405),
    };
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"space", "/v1/health z"},   {"letter beyond ASCII", "/v1/\xc3\xa9"},
        {"NUL", "/v1/healthz\0"s},   {"control", "/v1/health\x01"},
        {"DEL", "/v1/health\x7f"},   {"tab", "/v1/health\tz"},
        {"bare CR", "/v1/health\rz"}};
    for (const auto& [name, target] : wrong)
        rows.push_back(rawRefused("target with " + name, rawGet(target)));
    rows.push_back(rawRefused("no target", withLine("GET  HTTP/1.1")));
    return rows;
}

std::vector<RawRequest> lineEnds() {
    return {
        rawAccepted("one empty line before the request", "\r\n" + rawGet("/v1/healthz")),
        rawRefused("bare LF before the request", "\n" + rawGet("/v1/healthz")),
        rawRefused("bare CR before the request", "\r" + rawGet("/v1/healthz")),
        rawRefused("bare LF after the request line", "GET /v1/healthz HTTP/1.1\nHost: example.com\r\n\r\n"),
        rawRefused("bare CR after the request line", "GET /v1/healthz HTTP/1.1\rHost: example.com\r\n\r\n"),
        rawRefused("CR CR LF after the request line",
                   "GET /v1/healthz HTTP/1.1\r\r\nHost: example.com\r\n\r\n"),
        rawRefused("bare LF everywhere", "GET /v1/healthz HTTP/1.1\nHost: example.com\n\n"),
        rawRefused("bare LF after a field", "GET /v1/healthz HTTP/1.1\r\nHost: example.com\n\r\n"),
        rawRefused("bare LF as the empty line", "GET /v1/healthz HTTP/1.1\r\nHost: example.com\r\n\n"),
        rawRefused("CR CR LF as the empty line", "GET /v1/healthz HTTP/1.1\r\nHost: example.com\r\n\r\r\n"),
        rawRefused("CR and a field as the empty line",
                   "GET / HTTP/1.1\r\nHost: example.com\r\n\rSome-Header: Test\r\n\r\n"),
    };
}

std::vector<RawRequest> longLines() {
    constexpr std::size_t limit = 8192;
    const std::string around = "GET /v1/ HTTP/1.1";
    const auto ofLength = [&](std::size_t length) {
        return rawGet("/v1/" + std::string(length - around.size(), 'a'));
    };
    return {
        rawDispatched("request line of 8192 bytes", ofLength(limit), 404),
        rawRefused("request line of 8193 bytes", ofLength(limit + 1), 414),
        rawRefused("request line without end", "GET /" + std::string(limit + 100, 'a'), 414),
    };
}

} // namespace

std::vector<RawRequest> rawRequestLines() {
    std::vector<RawRequest> all;
    for (const auto& part : {methods(), versions(), targets(), lineEnds(), longLines()})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

} // namespace central_oauth::test
