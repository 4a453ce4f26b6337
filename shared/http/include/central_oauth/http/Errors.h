// SPDX-License-Identifier: Apache-2.0
// From error codes to HTTP: the one place.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/http/Response.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::http {

/// The HTTP status of an error code.
[[nodiscard]] int statusOf(base::ErrorCode code) noexcept;

/// An error whose JSON answer says more than code and hint, e.g. `since` and `relink` of needs_reauth.
///
/// A value, copyable as exceptions must be.
class ErrorWithMembers : public base::Error {
public:
    using Member = std::pair<std::string, std::string>;

    using base::Error::Error;
    explicit ErrorWithMembers(base::Error error) : base::Error(std::move(error)) {}

    /// Adds a member to the answer; `json` is its value as JSON text. Requires: a name that the answer does
    /// not have already.
    ErrorWithMembers& withMember(std::string name, std::string json) {
        _members.emplace_back(std::move(name), std::move(json));
        return *this;
    }

    [[nodiscard]] const std::vector<Member>& members() const noexcept { return _members; }

private:
    std::vector<Member> _members;
};

/// The JSON answer to an error: `error`, `error_description`, `hint`, `reason`, `cause`, the members of an
/// ErrorWithMembers, `request_id`; with the header fields of addErrorHeaders.
[[nodiscard]] Response errorResponse(const base::Error& error, std::string_view requestId);

/// The same under another status, for the few that no code stands for.
[[nodiscard]] Response errorResponse(const base::Error& error, int status, std::string_view requestId);

/// Sets what an answer to this error carries whatever its form is: Retry-After on 429 and 503 (5 seconds if
/// the error says nothing else), WWW-Authenticate on 401 (RFC 6750 section 3).
void addErrorHeaders(Response& response, const base::Error& error);

} // namespace central_oauth::http
