// SPDX-License-Identifier: Apache-2.0
// The numbers and names that both sides of a link share.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/domain/LinkLife.h"
#include "central_oauth/store/LinkRepository.h"

#include <chrono>
#include <string_view>

namespace central_oauth::services {

/// One holder reads a payload three times in all within a minute.
constexpr domain::DeliveryRule deliveryRule{3, std::chrono::seconds(60)};

/// An approved link lives at least so long for its delivery.
constexpr std::chrono::seconds deliveryTime{120};

/// So long after its expiry a link says that it expired, ended or was delivered; then it is unknown, to its
/// creator as to everybody (`knownUntil`). Its row stays a day, so that its code is not issued again (store's
/// purge), and its proof somewhat longer than it is shown (LinkVerifiers::purge); neither opens anything
/// then.
constexpr std::chrono::minutes expiredLinkShown{10};

/// So long after the grant the person may take it back in the browser.
constexpr std::chrono::minutes undoTime{15};

/// Until when a link is known, to its creator and to its browser: whoever may take a grant back must find the
/// page for it, and whoever polls then must hear of it.
[[nodiscard]] base::Timestamp knownUntil(const domain::Link& link);

/// What the server key's HMACs are for: one never stands for another.
namespace purpose {
constexpr std::string_view linkCode = "link-code";
constexpr std::string_view opening = "opening";
constexpr std::string_view owner = "owner";
constexpr std::string_view form = "form";
} // namespace purpose

/// The error a poll of an ended link gets. Requires: link.status is ended.
[[nodiscard]] base::Error endedError(const domain::Link& link);

/// Who has to act on an EndReason::upstreamError.
[[nodiscard]] base::Cause causeOf(const std::optional<domain::EndCause>& cause) noexcept;

} // namespace central_oauth::services
