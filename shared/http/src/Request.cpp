// SPDX-License-Identifier: Apache-2.0
// Cookies, credentials and forms of a request.
#include "central_oauth/http/Request.h"

#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"

#include <algorithm>
#include <stdexcept>

namespace central_oauth::http {

namespace {

using base::Error;
using base::ErrorCode;

// b64token of RFC 6750 section 2.1.
bool isBearerToken(std::string_view text) {
    text = base::trimEnd(text, "=");
    constexpr std::string_view marks = "-._~+/";
    return !text.empty() && base::consistsOf(text, [marks](char c) {
        return base::isAlphanumeric(c) || marks.find(c) != std::string_view::npos;
    });
}

std::string_view parameterOf(std::string_view contentType, std::string_view name) {
    while (!contentType.empty()) {
        const auto piece = contentType.substr(0, contentType.find(';'));
        contentType.remove_prefix(std::min(contentType.size(), piece.size() + 1));
        const auto equals = piece.find('=');
        if (equals != std::string_view::npos &&
            base::equalsIgnoringCase(base::trim(piece.substr(0, equals)), name))
            return base::trim(piece.substr(equals + 1));
    }
    return {};
}

} // namespace

Request::Request(Parts parts) : _parts(std::move(parts)) {
    if (auto value = _parts.headers.take("Authorization"))
        _authorization.emplace(std::move(*value));
    _hasSeveralAuthorizations = _parts.headers.has("Authorization");
    _parts.headers.remove("Authorization");
    _userAgent = base::displayText(header("User-Agent").value_or(std::string_view()));
}

const std::string& Request::pathParameter(std::string_view name) const {
    for (const auto& parameter : _parts.pathParameters)
        if (parameter.first == name)
            return parameter.second;
    throw std::out_of_range("the route has no path parameter of that name");
}

std::vector<std::string_view> Request::cookies(std::string_view name) const {
    std::vector<std::string_view> found;
    for (const auto& cookie : cookiesWithPrefix(name)) {
        if (cookie.name == name)
            found.push_back(cookie.value);
    }
    return found;
}

std::vector<CookiePair> Request::cookiesWithPrefix(std::string_view prefix) const {
    std::vector<CookiePair> found;
    for (std::string_view line : _parts.headers.all("Cookie")) {
        while (!line.empty()) {
            const auto piece = line.substr(0, line.find(';'));
            line.remove_prefix(std::min(line.size(), piece.size() + 1));
            const auto equals = piece.find('=');
            const auto name = base::trim(piece.substr(0, equals));
            if (equals != std::string_view::npos && name.starts_with(prefix))
                found.push_back({name, base::trim(piece.substr(equals + 1))});
        }
    }
    return found;
}

std::optional<provider::Secret> Request::bearer() const {
    if (!_authorization)
        return std::nullopt;
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view value = _authorization->reveal();
    if (_hasSeveralAuthorizations)
        throw Error(ErrorCode::invalidCredential, "Send one Authorization header only.");
    if (!base::startsWithIgnoringCase(value, scheme))
        throw Error(ErrorCode::invalidCredential, "Send the credential as Authorization: Bearer.");
    const auto token = value.substr(std::min(value.find_first_not_of(' ', scheme.size()), value.size()));
    if (!isBearerToken(token))
        throw Error(ErrorCode::invalidCredential, "The bearer credential has invalid characters.");
    return provider::Secret(std::string(token));
}

Parameters parseForm(const Request& request) {
    requireContentType(request, "application/x-www-form-urlencoded");
    return Parameters::parse(request.body(), "form");
}

bool hasContentType(const Request& request, std::string_view mediaType) {
    const auto types = request.headers().all("Content-Type");
    return types.size() == 1 &&
           base::equalsIgnoringCase(base::trim(types.front().substr(0, types.front().find(';'))), mediaType);
}

void requireContentType(const Request& request, std::string_view mediaType) {
    const auto refuse = [mediaType, &request] {
        const auto sent = request.header("Content-Type").value_or("none");
        return Error(
            ErrorCode::unsupportedMediaType, "Send the body as " + std::string(mediaType) + " in UTF-8.",
            "Content-Type is \"" + std::string(sent) + "\", wanted is \"" + std::string(mediaType) + "\"");
    };
    if (!hasContentType(request, mediaType))
        throw refuse();
    const auto charset = parameterOf(request.header("Content-Type").value_or(std::string_view()), "charset");
    if (!charset.empty() && !base::equalsIgnoringCase(charset, "utf-8") &&
        !base::equalsIgnoringCase(charset, "\"utf-8\""))
        throw refuse();
}

} // namespace central_oauth::http
