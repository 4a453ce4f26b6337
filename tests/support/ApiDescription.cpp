// SPDX-License-Identifier: Apache-2.0
#include "ApiDescription.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include <Poco/JSON/Parser.h>
#include <Poco/String.h>

namespace central_oauth::test {

namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

std::vector<std::string> segmentsOf(const std::string& path) {
    std::vector<std::string> segments;
    std::istringstream text(path.substr(1));
    for (std::string segment; std::getline(text, segment, '/');)
        segments.push_back(segment);
    return segments;
}

// A parameter may have text around it, as in "style-{version}.css".
bool fits(const std::string& pattern, const std::string& segment) {
    const auto begin = pattern.find('{');
    if (begin == std::string::npos)
        return pattern == segment;
    const auto suffix = pattern.substr(pattern.find('}') + 1);
    return segment.size() > begin + suffix.size() && segment.compare(0, begin, pattern, 0, begin) == 0 &&
           segment.compare(segment.size() - suffix.size(), suffix.size(), suffix) == 0;
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                      [](const auto& expected, const auto& segment) { return fits(expected, segment); });
}

// Returns one character per segment. Of two texts the smaller has a literal segment at the left-most position
// where they differ.
std::string rankOf(const std::string& path) {
    std::string rank;
    for (const auto& segment : segmentsOf(path))
        rank += segment.find('{') == std::string::npos ? 'a' : 'b';
    return rank;
}

std::string patternOf(std::string path) {
    for (auto begin = path.find('{'); begin != std::string::npos; begin = path.find('{')) {
        path.erase(path.find('}', begin), 1);
        path[begin] = ':';
    }
    return path;
}

std::vector<std::string> credentialsOf(const Object::Ptr& operation) {
    if (!operation->has("security"))
        throw std::runtime_error("an operation without \"security\"");
    std::vector<std::string> names;
    for (const auto& alternative : *operation->getArray("security"))
        for (const auto& [name, scopes] : *alternative.extract<Object::Ptr>())
            names.push_back(name);
    return names;
}

// Clients must accept members that a later version adds, so the file leaves answers open. A test treats an
// undescribed member as a mistake.
void close(const Poco::Dynamic::Var& value) {
    if (value.type() == typeid(Object::Ptr)) {
        auto object = value.extract<Object::Ptr>();
        for (const auto& [name, member] : *object)
            close(member);
        const auto type = object->get("type");
        if (type.isString() && type.toString() == "object" && !object->has("additionalProperties"))
            object->set("additionalProperties", false);
    } else if (value.type() == typeid(Array::Ptr)) {
        for (const auto& item : *value.extract<Array::Ptr>())
            close(item);
    }
}

} // namespace

std::vector<std::string> stringsOf(const Object::Ptr& object, const std::string& member) {
    std::vector<std::string> strings;
    if (const auto array = object->getArray(member))
        for (const auto& item : *array)
            strings.push_back(item.toString());
    return strings;
}

bool ApiOperation::takes(const std::string& credential) const {
    return std::find(credentials.begin(), credentials.end(), credential) != credentials.end();
}

std::string ApiOperation::pathWith(const std::string& value) const {
    std::string filled = path;
    for (auto begin = filled.find('{'); begin != std::string::npos; begin = filled.find('{'))
        filled.replace(begin, filled.find('}', begin) - begin + 1, value);
    return filled;
}

const ApiDescription& ApiDescription::get() {
    static const ApiDescription description([] {
        std::ifstream file(CENTRAL_OAUTH_API_DESCRIPTION);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }());
    return description;
}

ApiDescription::ApiDescription(std::string text)
    : _text(std::move(text)), _document(Poco::JSON::Parser().parse(_text).extract<Object::Ptr>()) {
    close(_document->get("components"));
    for (const auto& [path, item] : *_document->getObject("paths"))
        readPath(path, item.extract<Object::Ptr>());
}

void ApiDescription::readPath(const std::string& path, const Object::Ptr& item) {
    for (const auto& [method, value] : *item) {
        if (method == "parameters")
            continue;
        const auto object = value.extract<Object::Ptr>();
        ApiOperation operation;
        operation.method = Poco::toUpper(method);
        operation.path = path;
        operation.pattern = patternOf(path);
        operation.credentials = credentialsOf(object);
        operation.scopes = stringsOf(object, "x-scope");
        operation.isLater = object->optValue("x-later", false);
        operation.hasForeignQuery = object->optValue("x-foreign-query", false);
        operation.responses = object->getObject("responses");
        readParameters(item->getArray("parameters"), operation);
        readParameters(object->getArray("parameters"), operation);
        if (const auto body = object->getObject("requestBody")) {
            const auto content = body->getObject("content");
            operation.bodyType = content->begin()->first;
            operation.body = resolved(content->getObject(operation.bodyType)->getObject("schema"));
        }
        _operations.push_back(std::move(operation));
    }
}

void ApiDescription::readParameters(const Array::Ptr& parameters, ApiOperation& operation) const {
    if (parameters.isNull())
        return;
    for (const auto& item : *parameters) {
        const auto parameter = resolved(item.extract<Object::Ptr>());
        const auto name = parameter->getValue<std::string>("name");
        const auto place = parameter->getValue<std::string>("in");
        if (place == "query")
            operation.query.push_back(name);
        if (place == "path" && operation.path.find("{" + name + "}") == std::string::npos)
            throw std::runtime_error(operation.name() + " describes " + name + ", which its path lacks");
    }
}

std::vector<const ApiOperation*> ApiDescription::at(const std::string& path) const {
    if (path.empty() || path.front() != '/')
        return {};
    const auto segments = segmentsOf(path);
    std::vector<const ApiOperation*> found;
    for (const auto& operation : _operations) {
        if (!fits(segmentsOf(operation.path), segments))
            continue;
        if (!found.empty() && rankOf(operation.path) < rankOf(found.front()->path))
            found.clear();
        if (found.empty() || found.front()->path == operation.path)
            found.push_back(&operation);
    }
    return found;
}

const ApiOperation* ApiDescription::find(const std::string& method, const std::string& path) const {
    for (const auto* operation : at(path))
        if (operation->method == (method == "HEAD" ? "GET" : method))
            return operation;
    return nullptr;
}

Object::Ptr ApiDescription::resolved(const Object::Ptr& object) const {
    if (object.isNull() || !object->has("$ref"))
        return object;
    const auto reference = object->getValue<std::string>("$ref");
    if (reference.rfind("#/", 0) != 0)
        throw std::runtime_error("a reference to elsewhere: " + reference);
    Object::Ptr target = _document;
    for (const auto& segment : segmentsOf(reference.substr(1))) {
        target = target->getObject(segment);
        if (target.isNull())
            throw std::runtime_error("a reference to nothing: " + reference);
    }
    return resolved(target);
}

Object::Ptr ApiDescription::component(const std::string& group, const std::string& name) const {
    Object::Ptr reference = new Object;
    reference->set("$ref", "#/components/" + group + "/" + name);
    return resolved(reference);
}

} // namespace central_oauth::test
