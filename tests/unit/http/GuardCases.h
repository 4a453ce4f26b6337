// SPDX-License-Identifier: Apache-2.0
// Cases for the request guard: each is fed whole, in two pieces with every cut, and byte by byte.
#pragma once

#include "central_oauth/http/RequestGuard.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <string_view>
#include <vector>

namespace guard_cases {

using central_oauth::http::GuardLimits;
using central_oauth::http::RequestGuard;
using State = RequestGuard::State;

/// The verdict of a guard on a connection's bytes.
struct Outcome {
    std::vector<std::string> texts;
    std::vector<bool> keepAlive;
    State state = State::idle;
    int status = 0; // 0: not refused
    central_oauth::base::ErrorCode code = central_oauth::base::ErrorCode::internal;
    std::string hint;
    std::size_t taken = 0;

    bool operator==(const Outcome&) const = default;
};

// Feeds until all bytes are used or the guard refuses.
inline void feedAll(RequestGuard& guard, std::string_view bytes, Outcome& outcome) {
    while (!bytes.empty() && guard.state() != State::refused) {
        const auto taken = guard.feed(bytes);
        outcome.taken += taken;
        bytes.remove_prefix(taken);
        if (guard.state() == State::complete) {
            const auto request = guard.take();
            outcome.texts.push_back(request.text);
            outcome.keepAlive.push_back(request.keepAlive);
        } else if (guard.state() != State::refused) {
            CPPUNIT_ASSERT(bytes.empty());
        }
    }
}

inline Outcome feedInPieces(const std::vector<std::string_view>& pieces, const GuardLimits& limits) {
    RequestGuard guard(limits);
    Outcome outcome;
    for (const auto piece : pieces)
        feedAll(guard, piece, outcome);
    outcome.state = guard.state();
    if (guard.state() == State::refused) {
        outcome.status = guard.refusal().status;
        outcome.code = guard.refusal().code;
        outcome.hint = guard.refusal().hint;
        CPPUNIT_ASSERT(!outcome.hint.empty());
    }
    return outcome;
}

inline Outcome outcomeOf(std::string_view bytes, const GuardLimits& limits = {}) {
    const auto whole = feedInPieces({bytes}, limits);
    for (std::size_t split = 1; split < bytes.size(); ++split)
        CPPUNIT_ASSERT_MESSAGE("split at " + std::to_string(split) + " of " + std::string(bytes),
                               whole == feedInPieces({bytes.substr(0, split), bytes.substr(split)}, limits));
    std::vector<std::string_view> single;
    for (std::size_t place = 0; place < bytes.size(); ++place)
        single.push_back(bytes.substr(place, 1));
    CPPUNIT_ASSERT_MESSAGE("byte by byte: " + std::string(bytes), whole == feedInPieces(single, limits));
    return whole;
}

/// Returns the text of the only request in these bytes.
inline std::string textOf(const std::string& bytes, const GuardLimits& limits = {}) {
    const auto outcome = outcomeOf(bytes, limits);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(bytes + outcome.hint, std::size_t{1}, outcome.texts.size());
    CPPUNIT_ASSERT(outcome.state == State::idle);
    CPPUNIT_ASSERT_EQUAL(bytes.size(), outcome.taken);
    return outcome.texts.front();
}

inline int statusOf(const std::string& bytes, const GuardLimits& limits = {}) {
    const auto outcome = outcomeOf(bytes, limits);
    CPPUNIT_ASSERT_MESSAGE(bytes, outcome.texts.empty());
    return outcome.status;
}

/// Returns a request with Host and these fields, each with its line end.
inline std::string withFields(const std::string& fields, const std::string& body = {}) {
    return "POST /x HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n" + body;
}

inline std::string chunked(const std::string& chunks) {
    return withFields("Transfer-Encoding: chunked\r\n", chunks);
}

inline bool keepAliveOf(const std::string& bytes) {
    return outcomeOf(bytes).keepAlive.at(0);
}

} // namespace guard_cases

#define ASSERT_STATUS(status, ...) CPPUNIT_ASSERT_EQUAL(status, statusOf(__VA_ARGS__))
