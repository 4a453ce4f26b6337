// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX, Windows): the process's own environment, read and erased.
#include "Text.h"
#include "central_oauth/config/Environment.h"

#include <cstdlib>
#include <cstring>

#ifndef _WIN32
#include <unistd.h>
extern char** environ;
#endif

namespace central_oauth::config {

namespace {

#ifdef _WIN32
char** processEnvironment() {
    return _environ;
}
std::string canonicalName(std::string_view name) {
    return upper(name);
}
void unsetVariable(const std::string& name) {
    _putenv_s(name.c_str(), "");
}
#else
char** processEnvironment() {
    return environ;
}
std::string canonicalName(std::string_view name) {
    return std::string(name);
}
void unsetVariable(const std::string& name) {
    ::unsetenv(name.c_str());
}
#endif

// volatile: nobody reads the bytes again, so the optimiser would leave a plain fill out.
void overwrite(char* text) {
    volatile char* at = text;
    for (std::size_t left = std::strlen(text); left > 0; --left)
        *at++ = '\0';
}

} // namespace

Environment Environment::fromProcess() {
    Environment result;
    char** entries = processEnvironment();
    for (; entries != nullptr && *entries != nullptr; ++entries) {
        const std::string_view entry = *entries;
        const auto equals = entry.find('=');
        // Windows keeps the drives' directories under names that begin with an equals sign.
        if (equals == std::string_view::npos || equals == 0)
            continue;
        result._values.emplace(canonicalName(entry.substr(0, equals)),
                               provider::Secret(std::string(entry.substr(equals + 1))));
    }
    return result;
}

void Environment::eraseSecrets(const std::vector<std::string>& names) {
    for (const auto& name : names) {
        char** entries = processEnvironment();
        for (; entries != nullptr && *entries != nullptr; ++entries) {
            const std::string_view entry = *entries;
            const auto equals = entry.find('=');
            if (equals != std::string_view::npos &&
                canonicalName(entry.substr(0, equals)) == canonicalName(name))
                overwrite(*entries + equals + 1);
        }
        unsetVariable(name);
    }
}

} // namespace central_oauth::config
