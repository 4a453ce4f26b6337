// SPDX-License-Identifier: Apache-2.0
// The names by which answers say what is wrong, as docs/openapi.json lists them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <Poco/JSON/Object.h>

namespace central_oauth::test {

/// The error codes that the schema of an answer allows; none for schemas of other answers.
[[nodiscard]] std::set<std::string> codesOf(const Poco::JSON::Object::Ptr& schema);

/// A list of names that an answer has in one of its members.
struct NameList {
    std::string place;  ///< in components/schemas: "EndReason", or a property as in "Report.cause"
    std::string answer; ///< schema of the whole answer
    std::string member; ///< of the answer; "problem.who" is a member of a member
};

/// Every such list, but for the error codes.
[[nodiscard]] const std::vector<NameList>& nameLists();

/// Names of a list of the description. Those under `x-later` no version sends yet.
struct ListedNames {
    std::set<std::string> sent;
    std::set<std::string> later;
};

/// The names in components/schemas. Throws: std::runtime_error if there is no list at that place, or a later
/// name that is not in it.
[[nodiscard]] ListedNames namesAt(const std::string& place);

/// Each status with each code that a route of the API lists under it, as in "503 busy".
[[nodiscard]] std::set<std::string> listedErrors();

} // namespace central_oauth::test
