// SPDX-License-Identifier: Apache-2.0
#include "ProgramsUnderTest.h"

#include <cstdlib>
#include <fstream>

namespace central_oauth::test {

namespace fs = std::filesystem;

namespace {

fs::path foundBuild() {
    const char* const named = std::getenv("CENTRAL_OAUTH_BUILD_UNDER_TEST");
    return named == nullptr ? fs::path(CENTRAL_OAUTH_OWN_BUILD) : fs::path(named);
}

// Only a build for Windows has such a folder.
fs::path scriptFolder() {
    return buildUnderTest() / "driven" / "bin";
}

} // namespace

fs::path buildUnderTest() {
    static const fs::path folder = foundBuild();
    return folder;
}

bool areWindowsPrograms() {
    static const bool areThey = fs::exists(scriptFolder());
    return areThey;
}

fs::path programPath(const std::string& name) {
    if (!name.empty() && name != "central-oauthd" && name != "central-oauth")
        return fs::path(CENTRAL_OAUTH_OWN_BUILD) / "bin" / name;
    return (areWindowsPrograms() ? scriptFolder() : buildUnderTest() / "bin") / name;
}

fs::path pluginFolder() {
    return buildUnderTest() / "plugins";
}

std::string pluginName(const std::string& id) {
    return id + (areWindowsPrograms() ? ".dll" : ".so");
}

fs::path pluginFile(const std::string& id) {
    return pluginFolder() / pluginName(id);
}

fs::path fixturePlugin(const std::string& id) {
    return buildUnderTest() / "fixtures" / pluginName(id);
}

std::string sanitizersUnderTest() {
    const std::string mark = "CENTRAL_OAUTH_SANITIZE:STRING=";
    std::ifstream cache(buildUnderTest() / "CMakeCache.txt");
    for (std::string line; std::getline(cache, line);) {
        if (line.starts_with(mark))
            return line.substr(mark.size());
    }
    return {};
}

} // namespace central_oauth::test
