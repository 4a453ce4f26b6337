// SPDX-License-Identifier: Apache-2.0
// Faults as tests request them.
#pragma once

#include "core/Model.h"
#include "core/Options.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace central_oauth::simulator {

enum class FaultKind {
    drop,                ///< close the connection unprocessed
    processThenDrop,     ///< process, then end the answer at `cut` and close the connection
    delay,               ///< wait `delay`
    hold,                ///< wait until released
    rateLimit,           ///< 429
    status,              ///< `status` with an HTML body
    oauthError,          ///< `status` with `error` and `errorDescription`
    deadToken,           ///< the refusal of a dead refresh token, although the token is alive
    truncatedJson,       ///< the body up to `cut`, correctly framed
    withoutRefreshToken, ///< the answer lacks refresh_token
    withoutAccessToken,  ///< the answer lacks access_token
    html,                ///< 200 with an HTML page
    emptyBody,           ///< the right status without a body
    replaceText,         ///< each occurrence of `text` in the body becomes `replacement`
    slowDrip,            ///< the answer in `chunk` bytes per `delay`
    dateSkew,            ///< a Date header that is `skew` off
    tlsFailure,          ///< a new connection fails in its TLS handshake; its route is "handshake"
    tlsGarbage,          ///< from `cut` on, bytes that are no TLS record
};

enum class FaultPhase { before, after };

/// The requests that `nth`, `every`, `probability` and `times` count together.
enum class FaultScope { all, user, family };

/// How a faulty connection ends: with FIN (under TLS after close_notify), with FIN alone, or with RST.
enum class CloseStyle { fin, abrupt, reset };

/// How a TLS handshake fails: with a fatal alert, with bytes that are no TLS, or with an end of the
/// connection.
enum class HandshakeFailure { alert, garbage, close };

/// A place among the bytes of an answer: its head and its body.
struct CutPoint {
    enum class From { start, body, end, bodyMiddle, anywhere };
    From from = From::start;
    std::uint64_t bytes = 0; ///< after `start` or `body`, or before `end`

    /// Returns the number of bytes before the place. `draw` chooses the place for `anywhere`, which is never
    /// the end of the answer.
    [[nodiscard]] std::size_t position(std::size_t head, std::size_t body, std::uint64_t draw) const;
};

/// A fault as a test requests it.
///
/// It affects requests of `target` (a route, "auth", "api" or "any") and, if set, of `grantType`, `user`,
/// `family` and `clientId`: the `nth` of them, or each `every`-th, or each with `probability`; at most
/// `times` (0: no limit). With a `scope` each user or family has its own count. The fault is in force from
/// `startsIn` after its creation and for `lasts` (0: no end), on the virtual clock.
struct FaultSpec {
    FaultKind kind = FaultKind::drop;
    std::string kindName; ///< as requested
    std::string target = "any";
    std::string grantType;
    std::string user; ///< handle
    std::string family;
    std::string clientId;
    std::uint64_t nth = 0;
    std::uint64_t every = 0;
    double probability = 1.0;
    std::uint64_t times = 1;
    FaultScope scope = FaultScope::all;
    std::uint64_t seed = 0; ///< of `probability` and random cuts; 0: derived from the simulator's seed
    Seconds startsIn{0};
    Seconds lasts{0};
    FaultPhase when = FaultPhase::before; ///< for delay and hold
    bool process = false;                 ///< run the rules although the answer is replaced
    CutPoint cut;
    CloseStyle close = CloseStyle::fin;
    HandshakeFailure handshake = HandshakeFailure::alert;
    std::chrono::milliseconds delay{0};
    int status = 503;
    std::string error;
    std::string errorDescription;
    std::optional<DeadTokenWording> wording;
    std::optional<Seconds> retryAfter;
    bool retryAfterAsDate = false;
    std::string text;
    std::string replacement; ///< any bytes
    std::size_t chunk = 1;
    bool dripsHead = false;
    Seconds skew{0};
};

} // namespace central_oauth::simulator
