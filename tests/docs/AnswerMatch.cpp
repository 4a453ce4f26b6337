// SPDX-License-Identifier: Apache-2.0
#include "AnswerMatch.h"

#include <iterator>
#include <regex>
#include <set>
#include <sstream>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace central_oauth::test {

namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

const std::string something = "…";

std::string typeOf(const Var& value) {
    if (value.isEmpty())
        return "null";
    if (value.type() == typeid(Object::Ptr))
        return "object";
    if (value.type() == typeid(Array::Ptr))
        return "array";
    if (value.isBoolean())
        return "boolean";
    return value.isString() ? "string" : "number";
}

std::string shown(const Var& value) {
    std::ostringstream text;
    Poco::JSON::Stringifier::stringify(value, text);
    return withoutCredentials(text.str());
}

bool isSomething(const Var& value) {
    return value.isString() && value.extract<std::string>() == something;
}

std::multiset<std::string> wordsOf(const std::string& text) {
    std::istringstream words(text);
    return {std::istream_iterator<std::string>(words), {}};
}

// Replaces the values that differ in every answer by a form that is always the same.
std::string generalised(std::string text) {
    static const std::regex time("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");
    static const std::regex groupedCode("\\b[0-9]{4}-[0-9]{4}-[0-9]{4}\\b");
    static const std::regex code("\\b[0-9]{12}\\b");
    text = std::regex_replace(text, time, "TIME");
    // Ids of other kinds have groups of four, too: a code is a text of its own.
    if (std::regex_match(text, groupedCode))
        return "GROUPED CODE";
    return std::regex_replace(text, code, "CODE");
}

class Comparison {
public:
    void compare(const std::string& path, const Var& documented, const Var& answer) {
        const auto type = typeOf(documented);
        if (type != typeOf(answer))
            note(path, documented, answer);
        else if (type == "object")
            compareObjects(path, *documented.extract<Object::Ptr>(), *answer.extract<Object::Ptr>());
        else if (type == "array")
            compareArrays(path, *documented.extract<Array::Ptr>(), *answer.extract<Array::Ptr>());
        else if (!areAlike(path.substr(path.rfind('.') + 1), type, documented, answer))
            note(path, documented, answer);
    }

    std::vector<std::string> found;

private:
    void note(const std::string& path, const Var& documented, const Var& answer) {
        found.push_back(path + ": documented " + shown(documented) + ", answered " + shown(answer));
    }

    void compareObjects(const std::string& path, const Object& documented, const Object& answer) {
        if (documented.size() == 1 && documented.has(something))
            return;
        for (const auto& name : documented.getNames()) {
            if (answer.has(name))
                compare(path + "." + name, documented.get(name), answer.get(name));
            else
                found.push_back(path + "." + name + ": documented, not answered");
        }
        for (const auto& name : answer.getNames()) {
            if (!documented.has(name))
                found.push_back(path + "." + name + ": answered, not documented");
        }
    }

    void compareArrays(const std::string& path, const Array& documented, const Array& answer) {
        if (documented.size() == 1 && isSomething(documented.get(0)))
            return;
        if (documented.size() != answer.size())
            found.push_back(path + ": documented with " + std::to_string(documented.size()) +
                            " elements, answered with " + std::to_string(answer.size()));
        for (unsigned i = 0; i < documented.size() && i < answer.size(); ++i)
            compare(path + "[" + std::to_string(i) + "]", documented.get(i), answer.get(i));
    }

    static bool areAlike(const std::string& name, const std::string& type, const Var& documented,
                         const Var& answer) {
        if (type == "null")
            return true;
        if (name == "expires_in")
            return answer.isInteger() && answer.convert<int>() >= 1 &&
                   answer.convert<int>() <= documented.convert<int>();
        if (name == "interval")
            return answer.isInteger() && answer.convert<int>() >= 1 && answer.convert<int>() <= 60;
        if (type != "string")
            return documented == answer;
        const auto expected = documented.convert<std::string>();
        const auto actual = answer.convert<std::string>();
        if (name == "request_id")
            return !actual.empty();
        if (name == "scope")
            return wordsOf(expected) == wordsOf(actual);
        return fits(generalised(expected), generalised(actual));
    }
};

} // namespace

std::vector<std::string> differences(const std::string& documented, const std::string& answer) {
    Comparison comparison;
    comparison.compare("answer", Poco::JSON::Parser().parse(documented), Poco::JSON::Parser().parse(answer));
    return comparison.found;
}

bool fits(const std::string& pattern, const std::string& text) {
    const auto sign = pattern.find(something);
    if (sign == std::string::npos)
        return pattern == text;
    if (text.compare(0, sign, pattern, 0, sign) != 0)
        return false;
    const auto rest = pattern.substr(sign + something.size());
    for (auto begin = sign + 1; begin <= text.size(); ++begin) {
        if (fits(rest, text.substr(begin)))
            return true;
    }
    return false;
}

std::string withoutCredentials(const std::string& text) {
    static const std::regex credential("(co[kpsg]_|eyJ)[A-Za-z0-9_.-]{4,}");
    return std::regex_replace(text, credential, "$1…");
}

} // namespace central_oauth::test
