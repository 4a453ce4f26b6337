// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/TokenCheck.h"

#include <algorithm>
#include <utility>

namespace central_oauth::services {

TokenCheckMemory::TokenCheckMemory(const base::Clock& clock, std::size_t capacity)
    : _clock(clock), _capacity(capacity) {}

std::optional<TokenCheck> TokenCheckMemory::find(const base::AccountId& id, std::int64_t tokenVersion) {
    const std::lock_guard hold(_mutex);
    const auto found = _entries.find(id);
    if (found == _entries.end())
        return std::nullopt;
    const auto left = found->second.until - base::nowOf(_clock);
    // More left than there ever was: the clock was set back.
    if (found->second.tokenVersion != tokenVersion || left.count() <= 0 || left > life) {
        _entries.erase(found);
        return std::nullopt;
    }
    auto check = found->second.check;
    if (check.failure)
        check.failure->withRetryAfter(left);
    return check;
}

void TokenCheckMemory::keep(const base::AccountId& id, std::int64_t tokenVersion, TokenCheck check) {
    const std::lock_guard hold(_mutex);
    if (_entries.size() >= _capacity && _entries.count(id) == 0)
        _entries.erase(
            std::min_element(_entries.begin(), _entries.end(), [](const auto& left, const auto& right) {
                return left.second.until < right.second.until;
            }));
    _entries.insert_or_assign(id, Entry{tokenVersion, base::nowOf(_clock) + life, std::move(check)});
}

} // namespace central_oauth::services
