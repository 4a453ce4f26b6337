// SPDX-License-Identifier: Apache-2.0
// Compares an answer of the daemon with the description of the API.
#pragma once

#include "ApiDescription.h"
#include "HttpExchange.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace central_oauth::test {

/// Finds where an answer and the description disagree: status, header fields, content type, body.
///
/// A violation names fields and rules of the description, and never a value of the answer, which may be a
/// secret.
///
/// Keeps a reference to the description.
/// Thread-safe: one validation at a time.
class ApiValidator {
public:
    explicit ApiValidator(const ApiDescription& description);
    ~ApiValidator();

    /// Returns the violations of an answer to a request, one line each; none if the answer is as described.
    /// `target` is path and query of the request.
    [[nodiscard]] std::vector<std::string> violations(const std::string& method, const std::string& target,
                                                      const HttpAnswer& answer) const;

    /// Returns where a JSON value violates a schema of the description. Throws: std::exception for an invalid
    /// schema.
    [[nodiscard]] std::vector<std::string> schemaViolations(const Poco::JSON::Object::Ptr& schema,
                                                            const Poco::Dynamic::Var& value) const;

private:
    class Schema;
    struct Expected;

    [[nodiscard]] Expected expected(const std::string& method, const std::string& path, int status) const;
    void checkHeaders(const Poco::JSON::Object::Ptr& response, const HttpAnswer& answer,
                      std::vector<std::string>& found) const;
    void checkBody(const Poco::JSON::Object::Ptr& response, const std::string& method,
                   const HttpAnswer& answer, std::vector<std::string>& found) const;
    void checkAnyError(const Expected& expected, const std::string& method, const HttpAnswer& answer,
                       std::vector<std::string>& found) const;

    const ApiDescription& _description;
    mutable std::mutex _mutex; ///< guards the schemas
    mutable std::map<std::string, std::unique_ptr<Schema>> _schemas;
};

} // namespace central_oauth::test
