// SPDX-License-Identifier: Apache-2.0
// Fields that every log line of one request carries.
#pragma once

#include "central_oauth/logging/Field.h"

#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::logging {

/// While it lives, the log lines of its thread carry its correlation id and fields.
///
/// Scopes nest: an inner one adds its fields to the outer one's, and its id replaces the outer one's unless
/// it is empty. The end of a scope brings back what was before, also when an exception ends it, so nothing
/// reaches the thread's next request. Scopes end in the reverse order of their beginning, on the thread that
/// began them.
///
/// Threads: each sees only its own scopes; work handed to another thread opens a scope there with
/// `correlationId()`.
class RequestScope {
public:
    explicit RequestScope(std::string_view correlationId, std::initializer_list<Field> fields = {});
    ~RequestScope();
    RequestScope(const RequestScope&) = delete;
    RequestScope& operator=(const RequestScope&) = delete;

    /// Adds a field to this scope, e.g. the client once it is known. A field of the same name is replaced.
    void add(const Field& field);

    /// This thread's innermost scope, or null outside a request. Valid until that scope ends.
    [[nodiscard]] static RequestScope* current() noexcept;

    /// The correlation id in force on this thread; empty outside a request. Valid until the scope ends.
    [[nodiscard]] static std::string_view correlationId() noexcept;

    /// The fields in force in this scope, the outer ones' first. Valid until the next `add`.
    [[nodiscard]] const std::vector<Field>& fields() const noexcept { return _fields; }

private:
    std::string _correlationId;
    std::deque<std::string>
        _texts; ///< what _fields point to; a deque, because its elements stay where they are
    std::vector<Field> _fields;
    RequestScope* _outer;
};

} // namespace central_oauth::logging
