// SPDX-License-Identifier: Apache-2.0
// The kinds of bearer credentials that this service issues, distinguished by their prefixes.
#pragma once

#include "central_oauth/base/EnumNames.h"

#include <algorithm>

namespace central_oauth::base {

/// The kind of a credential. Each has its own prefix.
enum class CredentialKind {
    confidentialClientKey, ///< cok_
    publicClientKey,       ///< cop_
    linkSecret,            ///< cos_
    grantToken,            ///< cog_
};

constexpr std::size_t credentialPrefixSize = 4;

/// On the wire; do not rename.
constexpr EnumNames<CredentialKind, 4> credentialPrefixes{{
    {CredentialKind::confidentialClientKey, "cok_"},
    {CredentialKind::publicClientKey, "cop_"},
    {CredentialKind::linkSecret, "cos_"},
    {CredentialKind::grantToken, "cog_"},
}};
static_assert(isComplete(credentialPrefixes, CredentialKind::grantToken));
static_assert(std::all_of(credentialPrefixes.begin(), credentialPrefixes.end(),
                          [](const auto& each) { return each.name.size() == credentialPrefixSize; }));

/// Returns the prefix of a kind, e.g. "cok_". Thread-safe.
[[nodiscard]] constexpr std::string_view prefixOf(CredentialKind kind) noexcept {
    return nameIn(credentialPrefixes, kind);
}

/// Returns the kind whose prefix the text has, or nullopt. Checks the prefix only. Thread-safe.
[[nodiscard]] constexpr std::optional<CredentialKind> credentialKindOf(std::string_view text) noexcept {
    return valueIn(credentialPrefixes, text.substr(0, credentialPrefixSize));
}

/// Returns whether the text has the prefix of a credential. Checks the prefix only. Thread-safe.
[[nodiscard]] constexpr bool looksLikeCredential(std::string_view text) noexcept {
    return credentialKindOf(text).has_value();
}

} // namespace central_oauth::base
