// SPDX-License-Identifier: Apache-2.0
// The request guard with arbitrary bytes: its verdict does not depend on how they are split, and everything
// that it accepts is in canonical form.
#include "Require.h"
#include "central_oauth/http/RequestGuard.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/String.h>

namespace {

using central_oauth::fuzz::require;
using central_oauth::http::GuardLimits;
using central_oauth::http::RequestGuard;
using State = RequestGuard::State;

/// The verdict of a guard on a connection's bytes.
struct Outcome {
    std::vector<std::string> texts;
    std::vector<bool> keepAlive;
    State state = State::idle;
    int status = 0;
    std::string hint;
    std::size_t taken = 0;

    bool operator==(const Outcome&) const = default;
};

// Feeds the text in pieces of the sizes that `nextSize` returns, at least 1 each.
template <class NextSize>
Outcome feed(std::string_view bytes, const GuardLimits& limits, NextSize nextSize) {
    RequestGuard guard(limits);
    Outcome outcome;
    while (!bytes.empty() && guard.state() != State::refused) {
        const auto piece = bytes.substr(0, nextSize());
        const auto taken = guard.feed(piece);
        require(taken <= piece.size(), "more taken than given");
        require(taken == piece.size() || guard.state() == State::complete || guard.state() == State::refused,
                "bytes left though more are needed");
        outcome.taken += taken;
        bytes.remove_prefix(taken);
        if (guard.state() == State::complete) {
            auto request = guard.take();
            outcome.texts.push_back(std::move(request.text));
            outcome.keepAlive.push_back(request.keepAlive);
        }
    }
    outcome.state = guard.state();
    if (guard.state() == State::refused) {
        outcome.status = guard.refusal().status;
        outcome.hint = guard.refusal().hint;
    }
    return outcome;
}

Outcome feedWhole(std::string_view bytes, const GuardLimits& limits) {
    return feed(bytes, limits, [] { return std::string_view::npos; });
}

void checkPieces(std::string_view bytes, const GuardLimits& limits, const Outcome& whole) {
    require(whole == feed(bytes, limits, [] { return std::size_t{1}; }), "another verdict byte by byte");
    std::minstd_rand choice(static_cast<std::uint32_t>(std::hash<std::string_view>()(bytes)));
    std::uniform_int_distribution<std::size_t> size(1, std::max<std::size_t>(1, bytes.size() / 2));
    require(whole == feed(bytes, limits, [&] { return size(choice); }), "another verdict in pieces");
}

/// The parts of an accepted text, parsed strictly.
struct Parts {
    std::string method;
    std::string target;
    std::string version;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;
};

std::string cut(std::string_view& text, std::string_view end) {
    const auto place = text.find(end);
    require(place != std::string_view::npos, "a part of the text has no end");
    const std::string part(text.substr(0, place));
    text.remove_prefix(place + end.size());
    return part;
}

Parts partsOf(std::string_view text) {
    const auto head = text.substr(0, text.find("\r\n\r\n"));
    for (std::size_t place = 0; place < head.size(); ++place)
        require((head[place] == '\r') == (place + 1 < head.size() && head[place + 1] == '\n'),
                "a bare CR or LF in the head");
    Parts parts;
    parts.method = cut(text, " ");
    parts.target = cut(text, " ");
    parts.version = cut(text, "\r\n");
    while (text.substr(0, 2) != "\r\n") {
        auto name = cut(text, ": ");
        parts.fields.emplace_back(std::move(name), cut(text, "\r\n"));
    }
    parts.body = text.substr(2);
    return parts;
}

using FieldsByName = std::map<std::string, std::vector<std::string>>;

template <class Fields>
FieldsByName byName(const Fields& fields) {
    FieldsByName grouped;
    for (const auto& [name, value] : fields)
        grouped[Poco::toLower(name)].push_back(value);
    return grouped;
}

void checkForm(const Parts& parts) {
    const auto fields = byName(parts.fields);
    for (const char* name : {"transfer-encoding", "connection", "keep-alive", "proxy-connection", "expect",
                             "te", "trailer", "upgrade"})
        require(fields.count(name) == 0, "a field that is the guard's own");
    const auto length = fields.find("content-length");
    require(length == fields.end() ? parts.body.empty()
                                   : length->second == std::vector{std::to_string(parts.body.size())},
            "the body has another length than its field says");
    const auto host = fields.find("host");
    require(host == fields.end() ? parts.version == "HTTP/1.0" : host->second.size() == 1,
            "no or many hosts");
}

void checkText(const std::string& text, GuardLimits limits) {
    const auto parts = partsOf(text);
    checkForm(parts);
    // The guard may have added the space after a colon.
    limits.head += limits.fields;
    const auto again = feedWhole(text, limits);
    require(again.texts == std::vector{text} && again.state == State::idle, "the text is not its own text");
}

void check(std::string_view bytes, const GuardLimits& limits) {
    const auto whole = feedWhole(bytes, limits);
    checkPieces(bytes, limits, whole);
    for (const auto& text : whole.texts)
        checkText(text, limits);
    require((whole.state == State::refused) == !whole.hint.empty(), "a refusal without a hint");
    require(whole.state == State::refused || whole.taken == bytes.size(), "not everything was read");
}

// Returns limits that short inputs can reach.
GuardLimits smallLimits() {
    GuardLimits limits;
    limits.requestLine = 40;
    limits.head = 120;
    limits.fields = 5;
    limits.fieldName = 18;
    limits.fieldValue = 30;
    limits.body = 20;
    limits.chunkLine = 12;
    return limits;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(data, data + size);
    check(bytes, {});
    check(bytes, smallLimits());
    return 0;
}
