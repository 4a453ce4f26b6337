// SPDX-License-Identifier: Apache-2.0
// Requests and answers as endpoints see them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <Poco/JSON/Object.h>
#include <Poco/Net/NameValueCollection.h>

namespace central_oauth::simulator {

/// Names with values, in order; names may repeat.
class Parameters {
public:
    using Pairs = std::vector<std::pair<std::string, std::string>>;

    Parameters() = default;
    explicit Parameters(Pairs pairs) : _pairs(std::move(pairs)) {}

    void add(std::string name, std::string value) { _pairs.emplace_back(std::move(name), std::move(value)); }

    /// Returns the first value of a name, or empty.
    [[nodiscard]] std::string get(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> all(const std::string& name) const;
    [[nodiscard]] bool has(const std::string& name) const;

    [[nodiscard]] Pairs::const_iterator begin() const { return _pairs.begin(); }
    [[nodiscard]] Pairs::const_iterator end() const { return _pairs.end(); }

private:
    Pairs _pairs;
};

/// One request, fully read. `fields` are the members of a form or of a JSON object in the body.
struct Call {
    std::string method;
    std::string path;
    std::string target; ///< path and query as received
    Parameters query;
    Parameters fields;
    Poco::Net::NameValueCollection headers;
    Poco::Net::NameValueCollection cookies;
    std::string body;
    bool malformedBody = false;

    [[nodiscard]] std::string header(const std::string& name) const { return headers.get(name, ""); }
    /// Returns the token of an `Authorization: Bearer` header, or empty.
    [[nodiscard]] std::string bearerToken() const;
};

/// One answer. `refusal` is the true cause of an error, for the counters.
struct Reply {
    int status = 200;
    std::string contentType = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string refusal;
};

[[nodiscard]] Reply jsonReply(int status, const Poco::JSON::Object& object);
[[nodiscard]] Reply htmlReply(int status, std::string html);
/// Returns a 302 to `location`.
[[nodiscard]] Reply redirectReply(const std::string& location);
/// Returns the gateway's form of an error: `{"code":…,"message":…}`.
[[nodiscard]] Reply gatewayError(int status, const std::string& message, const std::string& reason);
/// Returns the authorization server's form: `{"error":…,"error_description":…}`.
[[nodiscard]] Reply oauthError(int status, const std::string& error, const std::string& description,
                               const std::string& reason);

/// Returns the decoded pairs of a query or form, or none if an escape is malformed.
[[nodiscard]] Parameters parseQuery(const std::string& raw, bool& malformed);

} // namespace central_oauth::simulator
