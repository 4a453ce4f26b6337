// SPDX-License-Identifier: Apache-2.0
// Atlassian's two kinds of error: the authorization server's and the API gateway's.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace central_oauth::simulator {

/// An error of the token or revoke endpoint (RFC 6749 section 5.2). what() is the description.
///
/// `reason` is the true cause, which tests read from the counters. It never appears on Atlassian's wire,
/// where several causes share one wording.
class OAuthRefusal : public std::runtime_error {
public:
    OAuthRefusal(int status, std::string error, const std::string& description, std::string reason)
        : std::runtime_error(description),
          _status(status),
          _error(std::move(error)),
          _reason(std::move(reason)) {}

    [[nodiscard]] int status() const noexcept { return _status; }
    [[nodiscard]] const std::string& error() const noexcept { return _error; }
    [[nodiscard]] const std::string& reason() const noexcept { return _reason; }

private:
    int _status;
    std::string _error;
    std::string _reason;
};

/// An error of the API gateway: `{"code":…,"message":…}`. what() is the message; `reason` as above.
class GatewayRefusal : public std::runtime_error {
public:
    GatewayRefusal(int status, const std::string& message, std::string reason)
        : std::runtime_error(message), _status(status), _reason(std::move(reason)) {}

    [[nodiscard]] int status() const noexcept { return _status; }
    [[nodiscard]] const std::string& reason() const noexcept { return _reason; }

private:
    int _status;
    std::string _reason;
};

} // namespace central_oauth::simulator
