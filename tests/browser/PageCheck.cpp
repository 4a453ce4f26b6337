// SPDX-License-Identifier: Apache-2.0
#include "PageCheck.h"

#include <Poco/JSON/Array.h>

namespace central_oauth::test {

std::vector<std::string> faultsOf(BrowserSession& browser) {
    std::vector<std::string> faults;
    const auto add = [&](const Poco::Dynamic::Var& found) {
        for (const auto& one : *found.extract<Poco::JSON::Array::Ptr>())
            faults.push_back(one.toString());
    };
    add(browser.run(page_script::looks));
    const auto stops = browser.run(page_script::watchFocus).convert<std::size_t>();
    // One Tab fewer: after the last stop the browser's own controls begin.
    if (stops > 0)
        browser.press(std::vector<std::string>(stops, key::tab));
    add(browser.run(page_script::keyboard));
    return faults;
}

} // namespace central_oauth::test
