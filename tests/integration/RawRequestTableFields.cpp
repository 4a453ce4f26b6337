// SPDX-License-Identifier: Apache-2.0
// Rows about header fields: Host, names, values, number, length, Expect, Connection.
#include "RawRequestTable.h"

#include <utility>

namespace central_oauth::test {

using namespace std::string_literals;

namespace {

std::string healthWith(const std::string& fields) {
    return rawGet("/v1/healthz", fields);
}

// Returns a health request without a Host of its own.
std::string healthOf(const std::string& fields, const std::string& version = "HTTP/1.1") {
    return "GET /v1/healthz " + version + "\r\n" + fields + "\r\n";
}

std::vector<RawRequest> hosts() {
    std::vector<RawRequest> rows{
        rawRefused("no Host", healthOf("")),
        rawRefused("no Host beside other fields", healthOf("Accept: */*\r\n")),
        rawRefused("two Hosts", healthOf("Host: example.com\r\nHost: example.org\r\n")),
        rawRefused("two equal Hosts", healthOf("Host: example.com\r\nHost: example.com\r\n")),
        rawRefused("two Hosts in varying case", healthOf("Host: example.com\r\nhOST: example.com\r\n")),
        rawRefused("two Hosts in HTTP/1.0", healthOf("Host: a\r\nHost: b\r\n", "HTTP/1.0")),
        rawAccepted("Host of any name for the API", healthOf("Host: elsewhere.example\r\n")),
        rawAccepted("Host with port", healthOf("Host: example.com:8443\r\n")),
        rawAccepted("Host of IPv6", healthOf("Host: [::1]:8443\r\n")),
        rawAccepted("Host in varying case and with a tab", healthOf("hoSt:\texample.com\r\n")),
        rawDispatched("page of another host", "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", 421),
        rawDispatched("page of another port", "GET / HTTP/1.1\r\nHost: example.com:81\r\n\r\n", 421),
        rawDispatched("page", "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", 200),
    };
    for (const std::string& wrong :
         {"bad host"s, "http://example.com"s, "example.com/"s, "user@example.com"s, "example.com:port"s,
          "example.com:80:80"s, "[::1"s, "example.com?"s, "example.com#"s, "a\\b"s, "exam\tple.com"s,
          "ex\xc3\xa4mple.com"s, "local\0host"s})
        rows.push_back(rawRefused("Host \"" + wrong + '"', healthOf("Host: " + wrong + "\r\n")));
    return rows;
}

std::vector<RawRequest> names() {
    std::vector<RawRequest> rows{
        rawAccepted("name of every kind of token character", healthWith("!#$%&'*+-.^_`|~09aZ: x\r\n")),
        rawAccepted("a name twice", healthWith("X-A: 1\r\nX-A: 2\r\n")),
        rawAccepted("name of 200 characters", healthWith(std::string(200, 'n') + ": x\r\n")),
        rawRefused("endless name", "GET /v1/healthz HTTP/1.1\r\n" + std::string(17000, 'n'), 431),
    };
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"space before the colon", "X-A : x"},
        {"tab before the colon", "X-A\t: x"},
        {"space before the name", " X-A: x"},
        {"folded line", "X-A: x\r\n y"},
        {"line folded by a tab", "X-A: x\r\n\ty"},
        {"folded line of nothing", "X-A: x\r\n "},
        {"space within the name", "X A: x"},
        {"no colon", "X-A"},
        {"no name", ": x"},
        {"brackets in the name", "X-Invalid[]: x"},
        {"parenthesis in the name", "X(A): x"},
        {"quote in the name", "\"X\": x"},
        {"NUL in the name", "X\0A: x"s},
        {"control in the name", "X\x01: x"},
        {"DEL in the name", "X\x7f: x"},
        {"letter beyond ASCII in the name", "X\xc3\xa9: x"},
        {"bare CR in the name", "X\rA: x"},
    };
    for (const auto& [name, field] : wrong)
        rows.push_back(rawRefused(name, healthWith(field + "\r\n")));
    rows.push_back(rawRefused("first line folded", "GET /v1/healthz HTTP/1.1\r\n Host: example.com\r\n\r\n"));
    return rows;
}

std::vector<RawRequest> values() {
    std::vector<RawRequest> rows{
        rawAccepted("empty value", healthWith("X-A:\r\n")),
        rawAccepted("value of white space", healthWith("X-A: \t \r\n")),
        rawAccepted("white space around the value", healthWith("X-A:  \t x \t \r\n")),
        rawAccepted("no white space", healthWith("X-A:x\r\n")),
        rawAccepted("tab within the value", healthWith("X-A: x\ty\r\n")),
        rawAccepted("letter beyond ASCII in the value", healthWith("X-A: \xc3\xa9\r\n")),
        rawAccepted("colons and quotes in the value", healthWith("X-A: a: \"b, c\": d\r\n")),
        rawAccepted("an equals sign and a question mark apart", healthWith("X-A: a= ?b?=\r\n")),
    };
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"NUL in the value", "x\0y"s},
        {"NUL at the end of the value", "x\0"s},
        {"control in the value", "x\x07"},
        {"escape in the value", "\x1b[0m"},
        {"DEL in the value", "x\x7f"},
        {"bare CR in the value", "x\ry"},
        {"bare CR at the end of the value", "x\r"},
        {"bare LF in the value", "x\nContent-Length: 5"},
        {"encoded word in the value", "=?utf-8?q?a=0D=0AX-B:_b?="},
        {"beginning of an encoded word", "a=?"},
    };
    for (const auto& [name, value] : wrong)
        rows.push_back(rawRefused(name, healthWith("X-A: " + value + "\r\n")));
    return rows;
}

std::string fields(std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all += "X-" + std::to_string(i) + ": x\r\n";
    return all;
}

// Returns a health request whose head has this many bytes, its last CR LF included, with no line near a
// limit.
std::string healthOfSize(std::size_t size) {
    const std::string around = healthWith("X-A: \r\nX-B: \r\nX-C: \r\n");
    const std::size_t third = (size - around.size()) / 3;
    const std::string filler(third, 'x');
    return healthWith("X-A: " + filler + "\r\nX-B: " + filler +
                      "\r\nX-C: " + std::string(size - around.size() - 2 * third, 'x') + "\r\n");
}

std::vector<RawRequest> limits() {
    constexpr std::size_t head = 16384;
    constexpr std::size_t value = 8192;
    return {
        rawAccepted("64 fields", healthWith(fields(63))),
        rawRefused("65 fields", healthWith(fields(64)), 431),
        rawRefused("200 fields", healthWith(fields(199)), 431),
        rawAccepted("value of 8192 bytes", healthWith("X-A: " + std::string(value, 'x') + "\r\n")),
        rawRefused("value of 8193 bytes", healthWith("X-A: " + std::string(value + 1, 'x') + "\r\n"), 431),
        rawAccepted("head of 16384 bytes", healthOfSize(head)),
        rawRefused("head of 16385 bytes", healthOfSize(head + 1), 431),
        rawRefused("head without end", healthOfSize(head + 1000).substr(0, head + 998), 431),
    };
}

std::vector<RawRequest> expectations() {
    RawRequest body = rawEchoed("Expect: 100-continue",
                                rawPost("Expect: 100-continue\r\nContent-Length: 5\r\n", "hello"), "hello");
    RawRequest capitals = rawEchoed(
        "Expect in capitals", rawPost("EXPECT: 100-CONTINUE\r\nContent-Length: 5\r\n", "hello"), "hello");
    RawRequest chunked = rawEchoed(
        "Expect before chunks",
        rawPost("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"),
        "hello");
    RawRequest none = rawAccepted("Expect without a body", healthWith("Expect: 100-continue\r\n"));
    for (auto* row : {&body, &capitals, &chunked, &none})
        row->mayContinue = true;
    RawRequest old{
        "Expect is not of HTTP/1.0",
        "POST / HTTP/1.0\r\nHost: example.com\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
        {{200, "hello"}},
        Afterwards::ends};
    return {body,
            capitals,
            chunked,
            none,
            old,
            rawRefused("unknown expectation", healthWith("Expect: a-miracle\r\n"), 417),
            rawRefused("unknown expectation beside the known",
                       healthWith("Expect: 100-continue, a-miracle\r\n"), 417),
            rawRefused("too much is refused before it is sent",
                       rawPost("Expect: 100-continue\r\nContent-Length: 16385\r\n", ""), 413)};
}

std::vector<RawRequest> persistence() {
    const auto ends = [](std::string name, std::string bytes) {
        RawRequest row = rawAccepted(std::move(name), std::move(bytes));
        row.afterwards = Afterwards::ends;
        return row;
    };
    RawRequest kept = rawAccepted("HTTP/1.0 with keep-alive",
                                  healthOf("Host: example.com\r\nConnection: keep-alive\r\n", "HTTP/1.0"));
    kept.afterwards = Afterwards::either;
    return {
        ends("Connection: close", healthWith("Connection: close\r\n")),
        ends("Connection in varying case", healthWith("cOnnection: Close\r\n")),
        ends("close in a list", healthWith("Connection: x-a, close\r\n")),
        ends("close in the second field", healthWith("Connection: x-a\r\nConnection: close\r\n")),
        rawAccepted("Connection: keep-alive", healthWith("Connection: keep-alive\r\n")),
        rawAccepted("an option that only looks like close", healthWith("Connection: closed\r\n")),
        ends("HTTP/1.0", healthOf("Host: example.com\r\n", "HTTP/1.0")),
        ends("HTTP/1.0 without Host", healthOf("", "HTTP/1.0")),
        kept,
    };
}

} // namespace

std::vector<RawRequest> rawFields() {
    std::vector<RawRequest> all;
    for (const auto& part : {hosts(), names(), values(), limits(), expectations(), persistence()})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

} // namespace central_oauth::test
