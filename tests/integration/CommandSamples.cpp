// SPDX-License-Identifier: Apache-2.0
#include "CommandSamples.h"

#include "../support/ServiceUnderTest.h"

#include <cppunit/TestAssert.h>
#include <map>

namespace central_oauth::test {

std::string sampleOf(const app::CommandForm& form, const std::string& name, const std::string& keyId) {
    if (name == "NAME")
        return form.action == app::Action::clientAdd ? "another client" : "test client";
    const std::map<std::string, std::string> values{
        {"CLIENT", "test client"},
        {"KEY", "laptop"},
        {"KEY_ID", keyId},
        {"TEXT", "it@example.com"},
        {"N", "7"},
        {"link,...", "link"},
        {"link,token,revoke,accounts", "link"},
        {"90d", "90d"},
        {"FILE", pluginFile("jira").string()},
    };
    const auto found = values.find(name);
    if (found == values.end())
        CPPUNIT_FAIL("the sweeps need a value for " + name + " of " + nameOf(form));
    return found->second;
}

std::vector<std::string> leastWordsOf(const app::CommandForm& form, const std::string& keyId) {
    auto words = form.words;
    for (const auto& operand : form.operands)
        words.push_back(sampleOf(form, operand, keyId));
    for (const auto& option : form.options) {
        if (!option.required && option.name != "--yes")
            continue;
        words.push_back(option.name);
        if (!option.value.empty())
            words.push_back(sampleOf(form, option.value, keyId));
    }
    return words;
}

} // namespace central_oauth::test
