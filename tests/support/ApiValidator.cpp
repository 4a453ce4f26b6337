// SPDX-License-Identifier: Apache-2.0
#include "ApiValidator.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <stdexcept>
#include <valijson/adapters/poco_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

namespace central_oauth::test {

namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;
using Strings = std::vector<std::string>;

bool isApiPath(const std::string& path) {
    return path == "/v1" || path.rfind("/v1/", 0) == 0;
}

std::set<std::string> methodsOf(const std::vector<const ApiOperation*>& operations) {
    std::set<std::string> methods;
    for (const auto* operation : operations) {
        methods.insert(operation->method);
        if (operation->method == "GET")
            methods.insert("HEAD");
    }
    return methods;
}

std::set<std::string> listOf(const std::string& field) {
    std::set<std::string> items;
    std::istringstream text(field);
    for (std::string item; std::getline(text >> std::ws, item, ',');)
        items.insert(item);
    return items;
}

} // namespace

/// A compiled schema.
class ApiValidator::Schema {
public:
    // References begin at the root of the compiled document, so the components stand beside the schema.
    Schema(const Object::Ptr& schema, const Object::Ptr& components) {
        Array::Ptr all = new Array;
        all->add(schema);
        Object::Ptr root = new Object;
        root->set("allOf", all);
        root->set("components", components);
        valijson::SchemaParser parser;
        parser.populateSchema(valijson::adapters::PocoJsonAdapter(Var(root)), _schema);
    }

    [[nodiscard]] Strings violations(const Var& value) const {
        valijson::Validator validator;
        valijson::ValidationResults results;
        if (validator.validate(_schema, valijson::adapters::PocoJsonAdapter(value), &results))
            return {};
        Strings found;
        for (const auto& error : results) {
            std::string place;
            for (const auto& step : error.context)
                place += step == "<root>" ? "" : step;
            found.push_back((place.empty() ? "" : place + ": ") + error.description);
        }
        return found;
    }

private:
    valijson::Schema _schema;
};

/// What the description says about an answer of some status.
struct ApiValidator::Expected {
    Object::Ptr response;                      ///< null: the status is not described
    std::vector<const ApiOperation*> siblings; ///< all operations of the path
    bool isAny = false;                        ///< the response is that for any request
};

ApiValidator::ApiValidator(const ApiDescription& description) : _description(description) {}

ApiValidator::~ApiValidator() = default;

Strings ApiValidator::schemaViolations(const Object::Ptr& schema, const Var& value) const {
    std::ostringstream key;
    schema->stringify(key);
    const std::lock_guard lock(_mutex);
    auto& compiled = _schemas[key.str()];
    if (!compiled)
        compiled = std::make_unique<Schema>(schema, _description.document()->getObject("components"));
    return compiled->violations(value);
}

// An unlisted path may answer as any request may, and with 400 or 404. An unlisted method of a listed path
// may answer as the path's other methods may at any time, and with 400.
ApiValidator::Expected ApiValidator::expected(const std::string& method, const std::string& path,
                                              int status) const {
    const auto key = std::to_string(status);
    Expected result;
    result.siblings = _description.at(path);
    const auto* operation = _description.find(method, path);
    const bool isListed = !result.siblings.empty();
    const auto own = [&](const ApiOperation& from, const std::string& name) {
        return from.responses->has(name) ? _description.resolved(from.responses->getObject(name)) : nullptr;
    };
    const auto common = [&](const char* api, const char* page) {
        return isListed ? own(*result.siblings.front(), status == 400 ? "400" : "default")
                        : _description.component("responses", isApiPath(path) ? api : page);
    };
    if (operation != nullptr)
        result.response = own(*operation, key);
    else if (status == 400)
        result.response = common("InvalidRequest", "PageProblem");
    else if (status == 404 && !isListed)
        result.response = common("NotFound", "PageProblem");
    if (!result.response.isNull() || (status == 405 && !isListed))
        return result;
    const auto any = operation != nullptr ? own(*operation, "default") : common("AnyRequest", "AnyPage");
    if (!any.isNull() && any->getObject("x-codes")->has(key)) {
        result.response = any;
        result.isAny = true;
    }
    return result;
}

Strings ApiValidator::violations(const std::string& method, const std::string& target,
                                 const HttpAnswer& answer) const {
    Strings found;
    try {
        const auto wanted = expected(method, target.substr(0, target.find_first_of("?#")), answer.status);
        if (wanted.response.isNull())
            return {"the status " + std::to_string(answer.status) + " is not described"};
        checkHeaders(wanted.response, answer, found);
        checkBody(wanted.response, method, answer, found);
        if (wanted.isAny)
            checkAnyError(wanted, method, answer, found);
    } catch (const Poco::Exception& failure) {
        found.push_back("can't be compared with the description: " + failure.displayText());
    } catch (const std::exception& failure) {
        found.push_back(std::string("can't be compared with the description: ") + failure.what());
    }
    return found;
}

void ApiValidator::checkHeaders(const Object::Ptr& response, const HttpAnswer& answer, Strings& found) const {
    const auto headers = response->getObject("headers");
    if (headers.isNull())
        return;
    for (const auto& [name, value] : *headers) {
        const auto header = _description.resolved(value.extract<Object::Ptr>());
        const auto text = answer.header(name);
        if (text.empty()) {
            if (header->optValue("required", false))
                found.push_back("the header field " + name + " is missing");
            continue;
        }
        for (const auto& problem : schemaViolations(header->getObject("schema"), text))
            found.push_back("the header field " + name + ": " + problem);
    }
}

void ApiValidator::checkBody(const Object::Ptr& response, const std::string& method, const HttpAnswer& answer,
                             Strings& found) const {
    const auto content = response->getObject("content");
    if (method == "HEAD" || content.isNull()) {
        if (!answer.body.empty())
            found.emplace_back("there is a body");
        return;
    }
    const auto type = answer.header("Content-Type");
    // Of two content types one is for refusals before the path is read. Only 503 may come before or after.
    const auto unread = stringsOf(response, "x-unread");
    const bool isUnread =
        std::find(unread.begin(), unread.end(), std::to_string(answer.status)) != unread.end();
    const bool isRightOfTwo =
        unread.empty() || answer.status == 503 || isUnread == (type == "application/json");
    if (!content->has(type) || !isRightOfTwo) {
        found.push_back("the content type is \"" + type + "\"");
        return;
    }
    if (type != "application/json")
        return;
    const auto value = Poco::JSON::Parser().parse(answer.body);
    for (const auto& problem : schemaViolations(content->getObject(type)->getObject("schema"), value))
        found.push_back("the body: " + problem);
    if (value.type() != typeid(Object::Ptr))
        return;
    const auto object = value.extract<Object::Ptr>();
    if (object->has("request_id") &&
        object->optValue<std::string>("request_id", {}) != answer.header("X-Request-ID"))
        found.emplace_back("request_id and X-Request-ID differ");
}

void ApiValidator::checkAnyError(const Expected& expected, const std::string& method,
                                 const HttpAnswer& answer, Strings& found) const {
    if (answer.status == 405 && listOf(answer.header("Allow")) != methodsOf(expected.siblings))
        found.push_back("Allow differs from the methods of the path: " + answer.header("Allow"));
    if (method == "HEAD" || answer.header("Content-Type") != "application/json")
        return;
    const auto codes = stringsOf(expected.response->getObject("x-codes"), std::to_string(answer.status));
    if (std::find(codes.begin(), codes.end(), answer.text("error")) == codes.end())
        found.push_back("the error belongs to another status: " + answer.text("error"));
}

} // namespace central_oauth::test
