// SPDX-License-Identifier: Apache-2.0
// Fields that every log line of one request carries.
#pragma once

#include "central_oauth/logging/Field.h"

#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::logging {

/// What a thread's log lines carry, to be taken to another thread. Owns its texts; numbers are left behind.
class CapturedScope {
public:
    /// Takes the innermost scope of this thread; nothing outside a request.
    CapturedScope();

private:
    friend class RequestScope;
    std::string _requestId;
    std::vector<std::pair<std::string, std::string>> _fields;
};

/// While it lives, the log lines of its thread carry its request id and fields.
///
/// Scopes nest: an inner one adds its fields to the outer one's, and its id replaces the outer one's unless
/// it is empty. The end of a scope brings back what was before, also when an exception ends it, so nothing
/// reaches the thread's next request. Scopes end in the reverse order of their beginning, on the thread that
/// began them.
///
/// Threads: each sees only its own scopes; work handed to another thread opens a scope there with what was
/// captured here.
class RequestScope {
public:
    explicit RequestScope(std::string_view requestId, std::initializer_list<Field> fields = {});
    explicit RequestScope(const CapturedScope& captured);
    ~RequestScope();
    RequestScope(const RequestScope&) = delete;
    RequestScope& operator=(const RequestScope&) = delete;

    /// Adds a field to this scope, e.g. the client once it is known. A field of the same name is replaced.
    void add(const Field& field);

    /// Adds a field to this thread's innermost scope, so that every later line of the request has it, its
    /// access line among them. Does nothing for an empty text, and outside a request.
    static void note(std::string_view name, std::string_view text);

    /// This thread's innermost scope, or null outside a request. Valid until that scope ends.
    [[nodiscard]] static RequestScope* current() noexcept;

    /// The request id in force on this thread; empty outside a request. Valid until the scope ends.
    [[nodiscard]] static std::string_view requestId() noexcept;

    /// The fields in force in this scope, the outer ones' first. Valid until the next `add`.
    [[nodiscard]] const std::vector<Field>& fields() const noexcept { return _fields; }

private:
    std::string _requestId;
    std::deque<std::string>
        _texts; ///< what _fields point to; a deque, because its elements stay where they are
    std::vector<Field> _fields;
    RequestScope* _outer;
};

} // namespace central_oauth::logging
