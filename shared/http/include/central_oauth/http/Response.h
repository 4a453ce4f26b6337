// SPDX-License-Identifier: Apache-2.0
// What a handler gives back.
#pragma once

#include "central_oauth/http/Headers.h"

#include <string>

namespace central_oauth::http {

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

private:
    int _status;
    Headers _headers;
    std::string _contentType;
    std::string _body;
    bool _closesConnection = false;
};

} // namespace central_oauth::http
