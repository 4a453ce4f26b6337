// SPDX-License-Identifier: Apache-2.0
// The words that code chooses and not a template: scopes, times, counts. All functions are pure and
// thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::pages {

/// The worst effect that a scope allows, so that a page can distinguish reading from changing.
enum class ScopeEffect {
    unknown,     ///< no text: it may allow anything
    lasts,       ///< the access goes on while the person is away
    reads,       ///< nothing but reading
    changes,     ///< creates and changes, too
    deletes,     ///< creates, changes and deletes
    administers, ///< changes settings that concern others
};

/// A scope and what it lets a program do, in words; `words` is empty for a scope without text.
struct ScopeWords {
    std::string scope{};
    std::string words{};
    ScopeEffect effect = ScopeEffect::unknown;
};

/// Returns each scope with its words, in the given order.
[[nodiscard]] std::vector<ScopeWords> describeScopes(const std::vector<std::string>& scopes);

/// Returns the same for an OAuth scope string, separated by spaces (RFC 6749 section 3.3).
[[nodiscard]] std::vector<ScopeWords> describeScopes(std::string_view scopes);

/// Returns the words of one scope, or an empty text for an unknown scope.
[[nodiscard]] std::string_view scopeWords(std::string_view scope) noexcept;

/// Returns the worst effect that one scope allows.
[[nodiscard]] ScopeEffect scopeEffect(std::string_view scope) noexcept;

/// Returns the tag beside a scope: "Read", "Change", "Change or delete", "Administer"; otherwise an empty
/// text.
[[nodiscard]] std::string_view effectWords(ScopeEffect effect) noexcept;

/// Returns what all scopes together allow, as the end of "It could ...": "only read, not change anything". A
/// scope without text counts as one that may change things. Returns an empty text without scopes.
[[nodiscard]] std::string_view reachWords(const std::vector<ScopeWords>& scopes) noexcept;

/// Returns how long ago: "just now", "40 seconds ago", "2 minutes ago".
[[nodiscard]] std::string ageWords(std::chrono::seconds age);

/// Returns when something ends: "in 8 minutes", "in less than a minute", "now".
[[nodiscard]] std::string expiryWords(std::chrono::seconds left);

/// Returns a span: "15 minutes", "1 minute"; rounded down to its unit.
[[nodiscard]] std::string durationWords(std::chrono::seconds span);

/// Returns "1 permission", "8 permissions".
[[nodiscard]] std::string permissionWords(std::size_t count);

/// Returns why an entry is not a link code, and that it did not count: it has other than 12 digits, or
/// another character at the place `strayAt` (0 if it has none).
[[nodiscard]] std::string entryWords(std::size_t digits, std::size_t strayAt);

/// Returns how many entries are left: "4 attempts are left."
[[nodiscard]] std::string attemptsWords(int attemptsLeft);

} // namespace central_oauth::pages
