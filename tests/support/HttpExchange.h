// SPDX-License-Identifier: Apache-2.0
// One HTTP exchange with a program under test, over a fresh connection.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <Poco/JSON/Object.h>

namespace central_oauth::test {

struct HttpAnswer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// Returns the header's value, or empty. The name's case does not matter; of repeated fields the first
    /// counts.
    [[nodiscard]] std::string header(const std::string& name) const;

    /// Returns the body as a JSON object. Throws: Poco exceptions if it is none.
    [[nodiscard]] Poco::JSON::Object::Ptr json() const;

    /// Returns a string member of the body's object, or empty.
    [[nodiscard]] std::string text(const std::string& member) const;
};

struct HttpCall {
    std::string method = "GET";
    std::string url;
    std::map<std::string, std::string> headers{};
    std::string body{};
};

/// Sends a call and returns the answer; redirects are not followed. Over https any certificate and any TLS
/// version are accepted.
/// Throws: Poco exceptions; std::runtime_error if a daemon under test answers otherwise than
/// docs/openapi.json describes.
[[nodiscard]] HttpAnswer exchange(const HttpCall& call);

/// Calls a JSON API with a bearer credential (none if empty) and a JSON body (none if empty).
[[nodiscard]] HttpAnswer callApi(const std::string& method, const std::string& url,
                                 const std::string& bearer = {}, const std::string& body = {});

} // namespace central_oauth::test
