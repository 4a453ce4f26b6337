// SPDX-License-Identifier: Apache-2.0
// The second defence: what looks like a credential is masked before a line is written.
#pragma once

#include <string>
#include <string_view>

namespace central_oauth::logging {

/// The text with everything masked that looks like a credential: this service's own values (cok_, cop_, cos_,
/// cog_ and at least eight characters), JSON Web Tokens (RFC 7519), and what follows the word Bearer (RFC
/// 6750 section 2.1).
///
/// The first defence is provider::Secret; this one catches what came out of it by mistake or arrived from
/// outside.
[[nodiscard]] std::string redact(std::string_view text);

/// Whether a field of this name holds text that is never written, e.g. "refresh_token" or "Authorization".
[[nodiscard]] bool isSensitiveName(std::string_view name) noexcept;

/// How a link code may be shown: "4829-****-****". Takes twelve digits, with hyphens or spaces between them
/// or without; anything else is masked whole.
[[nodiscard]] std::string maskLinkCode(std::string_view code);

} // namespace central_oauth::logging
