// SPDX-License-Identifier: Apache-2.0
// Fields that every log line of a request has.
#pragma once

#include "central_oauth/logging/Field.h"

#include <array>
#include <cstddef>
#include <forward_list>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::logging {

/// The log fields of a thread, for transfer to another thread. Owns its texts; drops numbers.
class CapturedScope {
public:
    /// Captures the innermost scope of this thread; nothing outside a request.
    CapturedScope();

private:
    friend class RequestScope;
    std::string _requestId;
    std::vector<std::pair<std::string, std::string>> _fields;
};

/// While it lives, the log lines of its thread have its request id and fields.
///
/// Scopes nest: an inner scope adds its fields to those of the outer one. Its id replaces the outer id unless
/// it is empty. The end of a scope restores the outer one, even after an exception, so nothing leaks into the
/// thread's next request. Scopes must end in reverse order on the thread that began them.
///
/// Each thread sees only its own scopes. Work passed to another thread opens a scope there with the captured
/// fields.
class RequestScope {
public:
    explicit RequestScope(std::string_view requestId, std::initializer_list<Field> fields = {});
    explicit RequestScope(const CapturedScope& captured);
    ~RequestScope();
    RequestScope(const RequestScope&) = delete;
    RequestScope& operator=(const RequestScope&) = delete;

    /// Adds a field to this scope, e.g. the client once it is known. Replaces a field of the same name.
    void add(const Field& field);

    /// Adds a field to this thread's innermost scope, so that every later line of the request has it,
    /// including the access line. Does nothing for an empty text or outside a request.
    static void note(std::string_view name, std::string_view text);

    /// Returns this thread's innermost scope, or null outside a request. Valid until that scope ends.
    [[nodiscard]] static RequestScope* current() noexcept;

    /// Returns this thread's request id; empty outside a request. Valid until the scope ends.
    [[nodiscard]] static std::string_view requestId() noexcept;

    /// Returns all fields of this scope, those of the outer scopes first. Valid until the next `add`.
    [[nodiscard]] const std::vector<Field>& fields() const noexcept { return _fields; }

private:
    [[nodiscard]] std::string_view keep(std::string_view text);

    static constexpr std::size_t roomForTexts = 512; ///< for those of an ordinary request

    std::string _requestId;
    // The texts behind _fields. Neither of the two moves them.
    std::array<char, roomForTexts> _near{};
    std::size_t _nearUsed = 0;
    std::forward_list<std::string> _far; ///< those without room in _near
    std::vector<Field> _fields;
    RequestScope* _outer;
};

} // namespace central_oauth::logging
