// SPDX-License-Identifier: Apache-2.0
// The result of a handler.
#pragma once

#include "central_oauth/base/OneShotEvent.h"
#include "central_oauth/http/HeaderBlock.h"
#include "central_oauth/http/Headers.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::http {

/// What ends the wait of a held request.
struct Hold {
    std::shared_ptr<base::OneShotEvent> until; ///< lives as long as the wait; its destructor marks the end
    std::chrono::milliseconds atMost{0};
    std::string requestId{}; ///< of the held request, which keeps it; the dispatcher sets it
};

/// An answer: status, header fields, body.
///
/// A value. Security headers, Content-Length, Date and Connection are added when it is sent.
///
/// Errors: std::invalid_argument for a header field that would break the message.
class Response {
public:
    /// Requires: 200 ≤ status ≤ 599.
    explicit Response(int status = 200);

    /// Returns an answer with a body of that type, or a redirect.
    [[nodiscard]] static Response json(int status, std::string text);
    [[nodiscard]] static Response html(int status, std::string text);
    [[nodiscard]] static Response redirect(int status, std::string location);

    /// Returns a hold in place of an answer: the server keeps the request without a thread. It calls the
    /// handler again, once, when the event fires, the time is up or the server stops. That request has
    /// `resumed` set and must be answered.
    [[nodiscard]] static Response held(Hold hold);

    /// Adds a field and keeps others of the same name, e.g. a second Set-Cookie.
    Response& add(std::string name, std::string value);

    /// Replaces the fields of that name.
    Response& set(std::string name, std::string value);

    Response& setBody(std::string contentType, std::string text);

    /// Adds the fields of a block, and removes others of the same names.
    Response& setBlock(std::shared_ptr<const HeaderBlock> block);

    /// Forbids storing this answer; the default except for assets.
    Response& noStore();

    /// Closes the connection after this answer.
    Response& closeConnection() noexcept;

    [[nodiscard]] int status() const noexcept { return _status; }
    /// The fields that were added one by one.
    [[nodiscard]] const Headers& headers() const noexcept { return _headers; }
    /// The block; empty if none was set.
    [[nodiscard]] const HeaderBlock& block() const noexcept;
    /// Returns the value of the first field of that name, also of the block's; valid until this answer
    /// changes.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
    [[nodiscard]] const std::string& body() const noexcept { return _body; }
    [[nodiscard]] const std::string& contentType() const noexcept { return _contentType; }
    [[nodiscard]] bool closesConnection() const noexcept { return _closesConnection; }

    /// Set if the request is held; all other members are then meaningless.
    [[nodiscard]] const std::optional<Hold>& hold() const noexcept { return _hold; }

    /// Sets the id that the held request keeps. Requires: a hold.
    void keepRequestId(std::string requestId) { _hold->requestId = std::move(requestId); }

private:
    int _status;
    Headers _headers;
    std::shared_ptr<const HeaderBlock> _block;
    std::string _contentType;
    std::string _body;
    bool _closesConnection = false;
    std::optional<Hold> _hold;
};

} // namespace central_oauth::http
