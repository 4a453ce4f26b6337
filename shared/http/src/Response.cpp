// SPDX-License-Identifier: Apache-2.0
// Answers that can't break their own framing.
#include "central_oauth/http/Response.h"

#include "central_oauth/base/Text.h"

#include <stdexcept>
#include <utility>

namespace central_oauth::http {

namespace {

// RFC 9110 section 5.5. A line break would allow a value to add header fields.
void checkField(const std::string& name, const std::string& value) {
    if (!base::isToken(name) || base::hasControls(value))
        throw std::invalid_argument("a header field of an answer has invalid characters");
    for (const char* framing : {"Content-Length", "Transfer-Encoding", "Connection", "Content-Type"})
        if (base::equalsIgnoringCase(name, framing))
            throw std::invalid_argument("a header field is set that the server sets itself");
}

} // namespace

Response::Response(int status) : _status(status) {
    if (status < 200 || status > 599)
        throw std::invalid_argument("not the status of a final answer");
}

Response Response::json(int status, std::string text) {
    Response response(status);
    response.setBody("application/json", std::move(text));
    return response;
}

Response Response::html(int status, std::string text) {
    Response response(status);
    response.setBody("text/html; charset=utf-8", std::move(text));
    return response;
}

Response Response::held(Hold hold) {
    if (!hold.until)
        throw std::invalid_argument("a request can't wait for nothing");
    Response response;
    response._hold = std::move(hold);
    return response;
}

Response Response::redirect(int status, std::string location) {
    Response response(status);
    response.set("Location", std::move(location));
    return response;
}

Response& Response::add(std::string name, std::string value) {
    checkField(name, value);
    _headers.add(std::move(name), std::move(value));
    return *this;
}

Response& Response::set(std::string name, std::string value) {
    checkField(name, value);
    _headers.set(std::move(name), std::move(value));
    return *this;
}

Response& Response::setBody(std::string contentType, std::string text) {
    if (base::hasControls(contentType))
        throw std::invalid_argument("a content type has invalid characters");
    _contentType = std::move(contentType);
    _body = std::move(text);
    return *this;
}

Response& Response::setBlock(std::shared_ptr<const HeaderBlock> block) {
    _block = std::move(block);
    if (_headers.size() > 0)
        for (const auto& field : _block->fields())
            _headers.remove(field.name);
    return *this;
}

const HeaderBlock& Response::block() const noexcept {
    static const HeaderBlock none;
    return _block == nullptr ? none : *_block;
}

std::optional<std::string_view> Response::header(std::string_view name) const noexcept {
    const auto own = _headers.find(name);
    return own ? own : block().fields().find(name);
}

Response& Response::noStore() {
    return set("Cache-Control", "no-store");
}

Response& Response::closeConnection() noexcept {
    _closesConnection = true;
    return *this;
}

} // namespace central_oauth::http
