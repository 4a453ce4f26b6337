// SPDX-License-Identifier: Apache-2.0
// Holds an answer of the daemon against the description of the API.
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
/// The description outlives it. Threads: any; one validation at a time. What it says holds names and rules of
/// the description, and never a value of the answer: that may be a secret.
class ApiValidator {
public:
    explicit ApiValidator(const ApiDescription& description);
    ~ApiValidator();

    /// The violations of an answer to a request, each a line; none if it is as described. `target` is path
    /// and query of the request.
    [[nodiscard]] std::vector<std::string> violations(const std::string& method, const std::string& target,
                                                      const HttpAnswer& answer) const;

    /// Where a JSON value and a schema of the description disagree. Throws: std::exception for a schema that
    /// is none.
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
