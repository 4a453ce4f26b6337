// SPDX-License-Identifier: Apache-2.0
// The code, the numbers and the names that both sides of a link share.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/domain/LinkLife.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::services {

/// Digits of a link code: it is typed by a person, names a link, and authenticates nothing.
constexpr std::size_t linkCodeDigits = 12;

/// Wrong entries that end a link.
constexpr int linkCodeEntries = 5;

namespace detail {
constexpr unsigned long long powerOfTen(std::size_t exponent) {
    unsigned long long result = 1;
    while (exponent-- > 0)
        result *= 10;
    return result;
}
} // namespace detail

// RFC 8628 section 5.1 asks that guessing a code within its life stays below 2^-32.
static_assert(detail::powerOfTen(linkCodeDigits) / static_cast<unsigned long long>(linkCodeEntries) >
                  (1ULL << 32),
              "five entries must leave a guesser less than 2^-32");

/// Returns a fresh code from the operating system's generator.
[[nodiscard]] std::string makeLinkCode();

/// Returns the twelve digits of a text that a person typed or a client sent, as base::readTypedDigits reads
/// them. Returns nullopt if the text is not a code.
[[nodiscard]] std::optional<std::string> normaliseLinkCode(std::string_view text);

/// Returns the digits in groups, such as "4829-1370-6154". Requires: twelve digits.
[[nodiscard]] std::string displayLinkCode(const std::string& digits);

/// A payload may be read three times in all, within a minute of the first read.
constexpr domain::DeliveryRule deliveryRule{3, std::chrono::seconds(60)};

/// The shortest life of a granted link from its grant, or from the choice of its site, for its delivery.
constexpr std::chrono::seconds deliveryTime{120};

/// The time after its expiry during which a link is still known (`knownUntil`) and shows that it expired,
/// ended or was delivered. After that the link is unknown to everybody, its creator included. The link's row
/// stays a day, so that its code is not issued again (domain::linkRowsOutliveExpiry). Its entry of
/// PollAuthenticator stays somewhat longer than the link is known (PollAuthenticator::purge). Neither opens
/// anything then.
constexpr std::chrono::minutes expiredLinkShown{10};

/// The time after the grant during which the person may take it back in the browser.
constexpr std::chrono::minutes undoTime{15};

/// Returns the time until which a link is known, to its creator and to its browser: a person who may take the
/// grant back must find the page for it, and a poll then must report that the grant was taken back.
[[nodiscard]] base::Timestamp knownUntil(const domain::Link& link);

/// The purposes of the server key's HMACs: an HMAC of one purpose never stands for one of another.
namespace purpose {
constexpr std::string_view linkCode = "link-code";
constexpr std::string_view opening = "opening";
constexpr std::string_view owner = "owner";
constexpr std::string_view form = "form";
} // namespace purpose

/// Returns the audit entry of an act on a link.
[[nodiscard]] domain::AuditEntry entryOf(const domain::Link& link, domain::Actor actor, std::string action,
                                         std::string_view outcome, base::Timestamp now);

/// Returns the error that a poll of an ended link gets. Requires: link.status is ended.
[[nodiscard]] base::Error endedError(const domain::Link& link);

/// Returns who has to act on an EndReason::upstreamError.
[[nodiscard]] base::Cause causeOf(const std::optional<domain::EndCause>& cause) noexcept;

} // namespace central_oauth::services
