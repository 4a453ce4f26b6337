// SPDX-License-Identifier: Apache-2.0
// The only place where error codes become HTTP.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/http/Response.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::http {

/// Returns the HTTP status of an error code.
[[nodiscard]] int statusOf(base::ErrorCode code) noexcept;

/// An error whose JSON answer has further members, e.g. `since` and `relink` of needs_reauth.
///
/// A value.
class ErrorWithMembers : public base::Error {
public:
    using Member = std::pair<std::string, std::string>;

    using base::Error::Error;
    explicit ErrorWithMembers(base::Error error) : base::Error(std::move(error)) {}

    /// Adds a member to the answer; `json` is its value as JSON text. Requires: the answer does not have that
    /// name yet.
    ErrorWithMembers& withMember(std::string name, std::string json) {
        _members.emplace_back(std::move(name), std::move(json));
        return *this;
    }

    [[nodiscard]] const std::vector<Member>& members() const noexcept { return _members; }

private:
    std::vector<Member> _members;
};

/// Returns the JSON answer to an error: `error`, `error_description`, `hint`, `reason`, `cause`, the members
/// of an ErrorWithMembers, `request_id`. Sets the header fields of addErrorHeaders.
[[nodiscard]] Response errorResponse(const base::Error& error, std::string_view requestId);

/// As the other overload, with a status that no error code has.
[[nodiscard]] Response errorResponse(const base::Error& error, int status, std::string_view requestId);

/// Sets the header fields of any answer to this error: Retry-After on 429 and 503 (5 seconds unless the error
/// has a value), WWW-Authenticate on 401 (RFC 6750 section 3).
void addErrorHeaders(Response& response, const base::Error& error);

} // namespace central_oauth::http
