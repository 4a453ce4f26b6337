// SPDX-License-Identifier: Apache-2.0
// The names of errors, causes and outcomes that docs/openapi.json lists.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <Poco/JSON/Object.h>

namespace central_oauth::test {

/// Returns the error codes that the schema of an answer allows; none if the answer is no error.
[[nodiscard]] std::set<std::string> codesOf(const Poco::JSON::Object::Ptr& schema);

/// A list of names that one member of an answer can have.
struct NameList {
    std::string place;  ///< in components/schemas: "EndReason", or a property as in "Report.cause"
    std::string answer; ///< schema of the whole answer
    std::string member; ///< member of the answer, such as "problem.who", a member of a member
};

/// Returns every such list, except that of the error codes.
[[nodiscard]] const std::vector<NameList>& nameLists();

/// Names of a list of the description. No version sends those under `x-later` yet.
struct ListedNames {
    std::set<std::string> sent;
    std::set<std::string> later;
};

/// Returns the names in components/schemas. Throws: std::runtime_error if there is no list at that place, or
/// if the list lacks a later name.
[[nodiscard]] ListedNames namesAt(const std::string& place);

/// Returns each status with each code that a route of the API lists under it, as in "503 busy".
[[nodiscard]] std::set<std::string> listedErrors();

} // namespace central_oauth::test
