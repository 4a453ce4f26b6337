// SPDX-License-Identifier: Apache-2.0
#include "ErrorList.h"

#include "../support/ApiDescription.h"

#include <stdexcept>

#include <Poco/JSON/Array.h>

namespace central_oauth::test {

using Poco::JSON::Array;
using Poco::JSON::Object;

std::set<std::string> codesOf(const Object::Ptr& schema) {
    const auto& description = ApiDescription::get();
    std::set<std::string> codes;
    const auto resolved = description.resolved(schema);
    for (const char* group : {"allOf", "oneOf"})
        if (const auto parts = resolved->getArray(group))
            for (const auto& part : *parts)
                codes.merge(codesOf(part.extract<Object::Ptr>()));
    const auto properties = resolved->getObject("properties");
    if (properties.isNull() || !properties->has("error"))
        return codes;
    const auto error = properties->getObject("error");
    for (const auto& code : stringsOf(error, "enum"))
        codes.insert(code);
    if (error->has("const"))
        codes.insert(error->getValue<std::string>("const"));
    return codes;
}

const std::vector<NameList>& nameLists() {
    static const std::vector<NameList> lists{
        {"EndReason", "LinkEnded", "reason"},      {"ErrorCause", "LinkEnded", "cause"},
        {"ReauthReason", "NeedsReauth", "reason"}, {"LinkRequired.reason", "LinkRequired", "reason"},
        {"Report.outcome", "Report", "outcome"},   {"Report.cause", "Report", "cause"},
        {"Deleted.local", "Deleted", "local"},     {"Deleted.upstream", "Deleted", "upstream"},
        {"Problem.who", "Account", "problem.who"},
    };
    return lists;
}

ListedNames namesAt(const std::string& place) {
    const auto dot = place.find('.');
    auto schema = ApiDescription::get().component("schemas", place.substr(0, dot));
    if (dot != std::string::npos)
        schema = schema->getObject("properties")->getObject(place.substr(dot + 1));
    ListedNames names;
    for (const auto& name : stringsOf(schema, "enum"))
        names.sent.insert(name);
    for (const auto& name : stringsOf(schema, "x-later")) {
        if (names.sent.erase(name) == 0)
            throw std::runtime_error(place + " has a later name that it does not list: " + name);
        names.later.insert(name);
    }
    if (names.sent.empty())
        throw std::runtime_error(place + " is no list of names");
    return names;
}

std::set<std::string> listedErrors() {
    const auto& description = ApiDescription::get();
    std::set<std::string> errors;
    for (const auto& operation : description.operations()) {
        if (!operation.isApi())
            continue;
        for (const auto& [status, value] : *operation.responses) {
            const auto response = description.resolved(value.extract<Object::Ptr>());
            if (status == "default") {
                for (const auto& [any, codes] : *response->getObject("x-codes"))
                    for (const auto& code : *codes.extract<Array::Ptr>())
                        errors.insert(any + " " + code.toString());
                continue;
            }
            const auto json = response->getObject("content")->getObject("application/json");
            for (const auto& code : codesOf(json->getObject("schema")))
                errors.insert(status + " " + code);
        }
    }
    return errors;
}

} // namespace central_oauth::test
