// SPDX-License-Identifier: Apache-2.0
// Rows about the end of a body, and about what follows it on the connection.
#include "RawRequestTable.h"

#include <utility>

namespace central_oauth::test {

using namespace std::string_literals;

namespace {

constexpr std::size_t largest = 16384;

std::string ofLength(const std::string& length, const std::string& body = "hello") {
    return rawPost("Content-Length: " + length + "\r\n", body);
}

std::string coded(const std::string& coding, const std::string& body = "5\r\nhello\r\n0\r\n\r\n") {
    return rawPost("Transfer-Encoding: " + coding + "\r\n", body);
}

std::string chunked(const std::string& body) {
    return coded("chunked", body);
}

std::string chunkOf(const std::string& data) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string number;
    for (std::size_t rest = data.size(); rest != 0; rest /= digits.size())
        number.insert(number.begin(), digits[rest % digits.size()]);
    return number + "\r\n" + data + "\r\n";
}

std::string chunkOf(std::size_t size) {
    return chunkOf(std::string(size, 'x'));
}

std::vector<RawRequest> contentLengths() {
    std::vector<RawRequest> rows{
        rawEchoed("Content-Length", ofLength("5"), "hello"),
        rawEchoed("Content-Length in varying case", rawPost("content-LengtH:5\r\n", "hello"), "hello"),
        rawEchoed("Content-Length 0", ofLength("0", ""), ""),
        rawEchoed("no Content-Length", rawPost("", ""), ""),
        rawEchoed("leading zeros", ofLength("0005"), "hello"),
        rawEchoed("white space around the length", ofLength(" \t5\t "), "hello"),
        rawEchoed("body of every byte", ofLength("8", "\0\r\n\r\n\xff\n\x7f"s), "\0\r\n\r\n\xff\n\x7f"s),
        rawEchoed("body of 16384 bytes", ofLength("16384", std::string(largest, 'x')),
                  std::string(largest, 'x')),
        rawRefused("body of 16385 bytes", ofLength("16385", std::string(largest + 1, 'x')), 413),
        rawRefused("announced only: 16385 bytes", ofLength("16385", ""), 413),
        rawRefused("announced only: 2^64 + 5 bytes", ofLength("18446744073709551621"), 413),
        rawRefused("announced only: thirty digits", ofLength(std::string(30, '9')), 413),
    };
    for (const std::string& wrong :
         {""s, "-5"s, "-123456789123456789123456789"s, "+5"s, "5,5"s, "5, 5"s, "1,0"s, "5 5"s, "5;"s, "0x5"s,
          "5x"s, "x"s, "5.0"s, "5e0"s, "\"5\""s, "5\0"s,
          "\x0b"
          "5"s,
          "\xef\xbc\x95"s})
        rows.push_back(rawRefused("Content-Length \"" + wrong + '"', ofLength(wrong)));
    const std::vector<std::pair<std::string, std::string>> fields{
        {"two lengths", "Content-Length: 5\r\nContent-Length: 6\r\n"},
        {"two equal lengths", "Content-Length: 5\r\nContent-Length: 5\r\n"},
        {"two lengths in varying case", "Content-Length: 5\r\ncontent-length: 5\r\n"},
        {"space before the length's colon", "Content-Length : 5\r\n"},
        {"length folded", "Content-Length:\r\n 5\r\n"},
        {"length behind a bare CR", "X-A: b\rContent-Length: 5\r\n"},
        {"length behind a vertical tab", "\vContent-Length: 5\r\n"},
    };
    for (const auto& [name, text] : fields)
        rows.push_back(rawRefused(name, rawPost(text, "hello")));
    return rows;
}

std::vector<RawRequest> codings() {
    std::vector<RawRequest> rows{
        rawEchoed("chunked", coded("chunked"), "hello"),
        rawEchoed("chunked in varying case",
                  rawPost("TransFer-EncodIng: \tCHunked \r\n", "5\r\nhello\r\n0\r\n\r\n"), "hello"),
        rawRefused("both lengths",
                   rawPost("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        rawRefused("both lengths, the other way round",
                   rawPost("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")),
        rawRefused(
            "both lengths in varying case",
            rawPost("content-LengtH: 5\r\nTransFer-Encoding: chunked\r\n", "c\r\nHellO world1\r\n0\r\n\r\n")),
        rawRefused("both lengths, both right", rawPost("Content-Length: 15\r\nTransfer-Encoding: chunked\r\n",
                                                       "5\r\nhello\r\n0\r\n\r\n")),
        rawRefused("length beside an unknown coding",
                   rawPost("Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n", "hello")),
        rawRefused("chunks in HTTP/1.0",
                   "POST / HTTP/1.0\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "5\r\nhello\r\n0\r\n\r\n"),
        rawRefused("chunked and something after it", coded("chunked, gzip")),
        rawRefused("chunked twice in one field", coded("chunked, chunked")),
        rawRefused("chunked twice", coded("chunked\r\nTransfer-Encoding: chunked")),
        rawRefused("chunked and identity", coded("chunked\r\nTransfer-Encoding: identity")),
        rawRefused("empty coding", coded("")),
        rawRefused("coding behind a vertical tab", coded("\vchunked")),
        rawRefused("coding folded", coded("\r\n chunked")),
        rawRefused("coding with NUL", coded("chunked\0"s)),
        rawRefused("space before the coding's colon",
                   rawPost("Transfer-Encoding : chunked\r\n", "5\r\nhello\r\n0\r\n\r\n")),
        rawRefused("unknown coding", coded("nonsense"), 501),
        rawRefused("unknown coding that ends like the known", coded("xchunked"), 501),
        rawRefused("unknown coding that begins like the known", coded("chunkedx"), 501),
        rawRefused("coding before chunked", coded("gzip, chunked"), 501),
        rawRefused("gzip", coded("gzip"), 501),
    };
    return rows;
}

} // namespace

std::vector<RawRequest> rawLengths() {
    auto all = contentLengths();
    for (const auto& row : codings())
        all.push_back(row);
    return all;
}

std::vector<RawRequest> rawChunks() {
    std::vector<RawRequest> rows{
        rawEchoed("no chunk", chunked("0\r\n\r\n"), ""),
        rawEchoed("two chunks", chunked("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"), "hello world"),
        rawEchoed("chunk size in letters", chunked("A\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\n"),
                  "01234567890123456789a"),
        rawEchoed("zeros before a chunk size", chunked("005\r\nhello\r\n000\r\n\r\n"), "hello"),
        rawEchoed("chunk extension", chunked("5;a=b\r\nhello\r\n0;c\r\n\r\n"), "hello"),
        rawEchoed("quoted chunk extension", chunked("5;a=\"b;c\\\"d\"\r\nhello\r\n0\r\n\r\n"), "hello"),
        rawEchoed("chunk of line ends", chunked("4\r\n\r\n\r\n\r\n0\r\n\r\n"), "\r\n\r\n"),
        rawEchoed("trailer", chunked("5\r\nhello\r\n0\r\nX-Checksum: 1\r\n\r\n"), "hello"),
        rawEchoed("chunks of 16384 bytes in all",
                  chunked(chunkOf(largest - 100) + chunkOf(100) + "0\r\n\r\n"), std::string(largest, 'x')),
        rawRefused("chunks of 16385 bytes in all",
                   chunked(chunkOf(largest - 100) + chunkOf(101) + "0\r\n\r\n"), 413),
        rawRefused("announced only: a chunk of 16385 bytes", chunked("4001\r\n"), 413),
    };
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"chunk size of 2^64 + 5", "10000000000000005\r\nhello\r\n0\r\n\r\n"},
        {"chunk size Z", "Z\r\nhello\r\n0\r\n\r\n"},
        {"no chunk size", "\r\nhello\r\n0\r\n\r\n"},
        {"extension without a chunk size", ";a=b\r\nhello\r\n0\r\n\r\n"},
        {"negative chunk size", "-5\r\nhello\r\n0\r\n\r\n"},
        {"chunk size with a sign", "+5\r\nhello\r\n0\r\n\r\n"},
        {"chunk size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"},
        {"space before a chunk size", " 5\r\nhello\r\n0\r\n\r\n"},
        {"underscore in a chunk size", "0_5\r\nhello\r\n0\r\n\r\n"},
        {"comma after a chunk size", "5,\r\nhello\r\n0\r\n\r\n"},
        {"NUL in a chunk size", "5\0\r\nhello\r\n0\r\n\r\n"s},
        {"bare LF after a chunk size", "5\nhello\r\n0\r\n\r\n"},
        {"bare CR after a chunk size", "5\rhello\r\n0\r\n\r\n"},
        {"CR CR LF after a chunk size", "5\r\r\nhello\r\n0\r\n\r\n"},
        {"bare LF within an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n"},
        {"bare CR within an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"},
        {"NUL within an extension", "5;a\0\r\nhello\r\n0\r\n\r\n"s},
        {"overlong extension", "5;" + std::string(300, 'a') + "\r\nhello\r\n0\r\n\r\n"},
        {"endless chunk size", std::string(300, '0')},
        {"nothing after a chunk", "5\r\nhello0\r\n\r\n"},
        {"bare LF after a chunk", "5\r\nhello\n0\r\n\r\n"},
        {"bare CR after a chunk", "5\r\nhello\r0\r\n\r\n"},
        {"chunk longer than it says", "4\r\nhello\r\n0\r\n\r\n"},
        {"chunk shorter than it says", "6\r\nhello\r\n0\r\n\r\n"},
        {"bare LF after the last chunk", "5\r\nhello\r\n0\n\r\n"},
        {"bare LF as the end", "5\r\nhello\r\n0\r\n\n"},
        {"trailer without colon", "5\r\nhello\r\n0\r\nX-A\r\n\r\n"},
        {"trailer folded", "5\r\nhello\r\n0\r\nX-A: b\r\n c\r\n\r\n"},
        {"trailer with space before the colon", "5\r\nhello\r\n0\r\nX-A : b\r\n\r\n"},
        {"trailer with NUL", "5\r\nhello\r\n0\r\nX-A: \0\r\n\r\n"s},
        {"trailer ending in a bare LF", "5\r\nhello\r\n0\r\nX-A: b\n\r\n"},
    };
    for (const auto& [name, body] : wrong)
        rows.push_back(rawRefused(name, chunked(body)));
    return rows;
}

std::vector<RawRequest> rawSequences() {
    const std::string health = rawGet("/v1/healthz");
    RawAnswer refusal{400};
    refusal.refusal = true;
    const RawAnswer healthy = rawHealthy();
    const auto refusedLater = [&](std::string name, std::string bytes, RawAnswer first) {
        return RawRequest{std::move(name), std::move(bytes), {std::move(first), refusal}, Afterwards::ends};
    };
    return {
        {"two requests", health + health, {healthy, healthy}},
        {"three requests of three kinds",
         ofLength("5") + chunked("5\r\nhello\r\n0\r\n\r\n") + health,
         {{200, "hello"}, {200, "hello"}, healthy}},
        {"HEAD and GET", "HEAD /v1/healthz HTTP/1.1\r\nHost: a\r\n\r\n" + health, {{200, "", true}, healthy}},
        {"answers keep their order",
         rawGet("/v1/nothing") + ofLength("5") + health,
         {{404}, {200, "hello"}, healthy}},
        {"empty line between two requests", ofLength("5") + "\r\n" + health, {{200, "hello"}, healthy}},
        {"nothing is read after close",
         rawGet("/v1/healthz", "Connection: close\r\n") + health,
         {healthy},
         Afterwards::ends},
        {"nothing is read after a refusal",
         rawGet("/v1/healthz", "X A: x\r\n") + health,
         {refusal},
         Afterwards::ends},
        refusedLater("good and bad", health + rawGet("/v1/healthz", "X A: x\r\n"), healthy),
        refusedLater("what follows a body is a request", ofLength("5", "hello!!") + "\r\n\r\n",
                     {200, "hello"}),
    };
}

std::vector<RawRequest> rawSmuggling() {
    const std::string health = rawGet("/v1/healthz");
    const std::string inner = rawGet("/v1/smuggled");
    const std::string length = std::to_string(inner.size());
    RawAnswer refusal{400};
    refusal.refusal = true;
    const RawAnswer healthy = rawHealthy();
    const auto refusedLater = [&](std::string name, std::string bytes, RawAnswer first) {
        return RawRequest{std::move(name), std::move(bytes), {std::move(first), refusal}, Afterwards::ends};
    };
    return {
        {"a body that looks like a request", ofLength(length, inner), {{200, inner}}},
        {"a chunk that looks like a request", chunked(chunkOf(inner) + "0\r\n\r\n"), {{200, inner}}},
        {"an unread body that looks like a request",
         "POST /v1/nothing HTTP/1.1\r\nHost: example.com\r\nContent-Length: " + length + "\r\n\r\n" + inner,
         {{404}},
         Afterwards::either},
        {"an unread chunked body that looks like a request",
         "POST /v1/nothing HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\n\r\n" +
             chunkOf(inner) + "0\r\n\r\n",
         {{404}},
         Afterwards::either},
        {"a body of GET",
         rawGet("/v1/healthz", "Content-Length: " + length + "\r\n") + inner,
         {{400}},
         Afterwards::either},
        {"a body of an unknown method",
         "BREW /v1/healthz HTTP/1.1\r\nHost: example.com\r\nContent-Length: " + length + "\r\n\r\n" + inner,
         {{501}},
         Afterwards::either},
        rawRefused("CL.TE", rawPost("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nG")),
        rawRefused("TE.CL", rawPost("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                                    "2e\r\nGET /v1/smuggled HTTP/1.1\r\nHost: example.com\r\n\r\n0\r\n\r\n")),
        rawRefused("TE.TE, unknown second", coded("chunked\r\nTransfer-Encoding: x", "0\r\n\r\n" + inner)),
        rawRefused("TE.TE, space before the colon",
                   rawPost("Transfer-Encoding: chunked\r\nTransfer-Encoding : x\r\n", "0\r\n\r\n" + inner)),
        rawRefused("TE.TE, bare LF", rawPost("X: y\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + inner)),
        rawRefused("TE.TE, folded",
                   rawPost("Transfer-Encoding: chunked\r\n , identity\r\n", "0\r\n\r\n" + inner)),
        refusedLater("an underscore makes another field", rawPost("Content_Length: 5\r\n", "hello\r\n\r\n"),
                     {200, ""}),
        refusedLater("an underscore makes another coding",
                     rawPost("Transfer_Encoding: chunked\r\n", "0\r\n\r\n"), {200, ""}),
        {"CL.0",
         "POST /v1/healthz HTTP/1.1\r\nHost: example.com\r\nContent-Length: " + length + "\r\n\r\n" + inner,
         {{405}},
         Afterwards::either},
        {"request in an extension",
         chunked("5;\"" + std::string("GET /v1/smuggled HTTP/1.1") + "\"\r\nhello\r\n0\r\n\r\n"),
         {{200, "hello"}}},
        {"a trailer is no field of the request",
         chunked("5\r\nhello\r\n0\r\nHost: example.org\r\n\r\n") + health,
         {{200, "hello"}, healthy}},
        {"a trailer can't say that the connection ends",
         chunked("0\r\nConnection: close\r\n\r\n") + health,
         {{200, ""}, healthy}},
    };
}

} // namespace central_oauth::test
