// SPDX-License-Identifier: Apache-2.0
// docs/openapi.json as tests read it: the operations, and what each of them promises.
#pragma once

#include <string>
#include <vector>

#include <Poco/JSON/Object.h>

namespace central_oauth::test {

/// One operation of the description.
struct ApiOperation {
    std::string method;                   ///< upper case
    std::string path;                     ///< "/v1/poll/{link_code}"
    std::string pattern;                  ///< the path as routes write it: "/v1/poll/:link_code"
    std::vector<std::string> credentials; ///< names of security schemes; empty: none needed
    std::vector<std::string> scopes;      ///< scopes that a client key needs
    std::vector<std::string> query;       ///< names of its query parameters
    bool isLater = false;                 ///< 501 until a later version
    bool hasForeignQuery = false;         ///< upstream writes the query
    std::string bodyType;                 ///< media type of the request body; empty: takes none
    Poco::JSON::Object::Ptr body;         ///< schema of that body, null without one
    Poco::JSON::Object::Ptr responses;    ///< by status

    /// Returns true if the path begins with "/v1/": its errors are JSON, too.
    [[nodiscard]] bool isApi() const { return path.rfind("/v1/", 0) == 0; }
    [[nodiscard]] bool takes(const std::string& credential) const;
    [[nodiscard]] bool hasPathParameters() const { return path.find('{') != std::string::npos; }

    /// Returns the path with every parameter replaced by `value`.
    [[nodiscard]] std::string pathWith(const std::string& value) const;
    /// Returns for example "GET /v1/healthz", for messages.
    [[nodiscard]] std::string name() const { return method + " " + path; }
};

/// The description of the API, with every object closed: a test treats an undescribed member as a mistake.
///
/// Thread-safe: immutable after construction.
///
/// Errors: std::runtime_error for a description of an unexpected form.
class ApiDescription {
public:
    /// Returns the description in the source tree, which is read once.
    [[nodiscard]] static const ApiDescription& get();

    explicit ApiDescription(std::string text);

    [[nodiscard]] const std::string& text() const noexcept { return _text; }
    [[nodiscard]] const Poco::JSON::Object::Ptr& document() const noexcept { return _document; }
    [[nodiscard]] const std::vector<ApiOperation>& operations() const noexcept { return _operations; }

    /// Returns the operations of the path that matches a request's path; literal segments win over
    /// parameters, as in the router. Returns none if no path matches.
    [[nodiscard]] std::vector<const ApiOperation*> at(const std::string& path) const;

    /// Returns the operation that answers a request; HEAD is answered by GET. Returns null if there is none.
    [[nodiscard]] const ApiOperation* find(const std::string& method, const std::string& path) const;

    /// Returns the object that a "$ref" refers to, or the object itself.
    [[nodiscard]] Poco::JSON::Object::Ptr resolved(const Poco::JSON::Object::Ptr& object) const;

    /// Returns an object of "components", e.g. ("responses", "NotFound"), resolved.
    [[nodiscard]] Poco::JSON::Object::Ptr component(const std::string& group, const std::string& name) const;

private:
    void readPath(const std::string& path, const Poco::JSON::Object::Ptr& item);
    void readParameters(const Poco::JSON::Array::Ptr& parameters, ApiOperation& operation) const;

    std::string _text;
    Poco::JSON::Object::Ptr _document;
    std::vector<ApiOperation> _operations;
};

/// Returns the strings of an array member, or none if it is missing.
[[nodiscard]] std::vector<std::string> stringsOf(const Poco::JSON::Object::Ptr& object,
                                                 const std::string& member);

} // namespace central_oauth::test
