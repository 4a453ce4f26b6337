// SPDX-License-Identifier: Apache-2.0
// The words that are chosen by code and not by a template: scopes, times, counts.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::pages {

/// The worst that a scope allows, so that a page can tell reading from changing at a glance.
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

/// Each scope with its words, in the given order. Threads: any.
[[nodiscard]] std::vector<ScopeWords> describeScopes(const std::vector<std::string>& scopes);

/// The same for an OAuth scope string, separated by spaces (RFC 6749 section 3.3). Threads: any.
[[nodiscard]] std::vector<ScopeWords> describeScopes(std::string_view scopes);

/// The words of one scope, or nothing. Threads: any.
[[nodiscard]] std::string_view scopeWords(std::string_view scope) noexcept;

/// The worst that one scope allows. Threads: any.
[[nodiscard]] ScopeEffect scopeEffect(std::string_view scope) noexcept;

/// The tag beside a scope: "Read", "Change", "Change or delete", "Administer"; else nothing. Threads: any.
[[nodiscard]] std::string_view effectWords(ScopeEffect effect) noexcept;

/// What all scopes together allow, as the end of "It could ...": "only read, not change anything". A scope
/// without text counts as one that may change things. Nothing for no scopes. Threads: any.
[[nodiscard]] std::string_view reachWords(const std::vector<ScopeWords>& scopes) noexcept;

/// How long ago: "just now", "40 seconds ago", "2 minutes ago". Threads: any.
[[nodiscard]] std::string ageWords(std::chrono::seconds age);

/// When something ends: "in 8 minutes", "in less than a minute", "now". Threads: any.
[[nodiscard]] std::string expiryWords(std::chrono::seconds left);

/// A span: "15 minutes", "1 minute"; rounded down to its unit. Threads: any.
[[nodiscard]] std::string durationWords(std::chrono::seconds span);

/// "1 permission", "8 permissions". Threads: any.
[[nodiscard]] std::string permissionWords(std::size_t count);

/// Why an entry is no link code: it has other than 12 digits, or something else at a place (0: nothing else),
/// and that it did not count. Threads: any.
[[nodiscard]] std::string entryWords(std::size_t digits, std::size_t strayAt);

/// How many entries are left: "4 attempts are left." Threads: any.
[[nodiscard]] std::string attemptsWords(int attemptsLeft);

} // namespace central_oauth::pages
