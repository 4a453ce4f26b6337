// SPDX-License-Identifier: Apache-2.0
// What a handler gives back.
#pragma once

#include "central_oauth/base/OneShotEvent.h"
#include "central_oauth/http/Headers.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace central_oauth::http {

/// Until when a request waits for its answer.
struct Hold {
    std::shared_ptr<base::OneShotEvent>
        until; ///< lives as long as the request waits, so its destructor ends the wait
    std::chrono::milliseconds atMost{0};
};

/// An answer: status, header fields, body.
///
/// A value. Security headers, Content-Length, Date and Connection are added where it is sent.
///
/// Errors: std::invalid_argument for a header field that would break the message.
class Response {
public:
    /// Requires: 200 ≤ status ≤ 599.
    explicit Response(int status = 200);

    /// An answer with a body of that type, and one that sends the caller to another place.
    [[nodiscard]] static Response json(int status, std::string text);
    [[nodiscard]] static Response html(int status, std::string text);
    [[nodiscard]] static Response redirect(int status, std::string location);

    /// No answer yet: the server keeps the request without a thread and asks the handler again, once, when
    /// the signal fires, its time is up or the server stops; such a request says `resumed` and must be
    /// answered.
    [[nodiscard]] static Response held(Hold hold);

    /// Adds a field beside others of its name, e.g. a second Set-Cookie.
    Response& add(std::string name, std::string value);

    /// Replaces the fields of that name.
    Response& set(std::string name, std::string value);

    Response& setBody(std::string contentType, std::string text);

    /// Nobody may store this answer; the default of everything but assets.
    Response& noStore();

    /// The connection ends with this answer.
    Response& closeConnection() noexcept;

    [[nodiscard]] int status() const noexcept { return _status; }
    [[nodiscard]] const Headers& headers() const noexcept { return _headers; }
    [[nodiscard]] const std::string& body() const noexcept { return _body; }
    [[nodiscard]] const std::string& contentType() const noexcept { return _contentType; }
    [[nodiscard]] bool closesConnection() const noexcept { return _closesConnection; }

    /// Set if this is no answer yet; everything else is meaningless then.
    [[nodiscard]] const std::optional<Hold>& hold() const noexcept { return _hold; }

private:
    int _status;
    Headers _headers;
    std::string _contentType;
    std::string _body;
    bool _closesConnection = false;
    std::optional<Hold> _hold;
};

} // namespace central_oauth::http
