// SPDX-License-Identifier: Apache-2.0
// The second defence: masks what looks like a credential before a line is written.
#pragma once

#include <string>
#include <string_view>

namespace central_oauth::logging {

/// Returns the text with all credentials masked: this service's own values (cok_, cop_, cos_, cog_ and at
/// least eight characters), JSON Web Tokens (RFC 7519), and the word after Bearer (RFC 6750 section 2.1).
///
/// The first defence is provider::Secret. This one catches text that was revealed by mistake or received from
/// outside.
[[nodiscard]] std::string redact(std::string_view text);

/// Returns whether `redact` would change the text. Costs less.
[[nodiscard]] bool holdsCredential(std::string_view text) noexcept;

/// Returns whether the text of a field with this name is never written, e.g. "refresh_token" or
/// "Authorization".
[[nodiscard]] bool isSensitiveName(std::string_view name) noexcept;

/// Returns a link code for display: "4829-****-****". Accepts twelve digits, with or without hyphens and
/// spaces between them; masks any other text completely.
[[nodiscard]] std::string maskLinkCode(std::string_view code);

} // namespace central_oauth::logging
