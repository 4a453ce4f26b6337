// SPDX-License-Identifier: Apache-2.0
// Reads and erases the process's environment variables. POSIX and Windows.
#include "central_oauth/platform/Environment.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#ifndef _WIN32
#include <unistd.h>
extern char** environ;
#endif

namespace central_oauth::platform {

namespace {

#ifdef _WIN32
char** variables() {
    return _environ;
}
std::string canonicalName(std::string_view name) {
    std::string upper(name);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return upper;
}
void unset(const std::string& name) {
    _putenv_s(name.c_str(), "");
}
#else
char** variables() {
    return environ;
}
std::string canonicalName(std::string_view name) {
    return std::string(name);
}
void unset(const std::string& name) {
    ::unsetenv(name.c_str());
}
#endif

// Volatile: nobody reads the bytes again, so the optimiser would remove a plain fill.
void overwrite(char* text) {
    volatile char* at = text;
    for (std::size_t left = std::strlen(text); left > 0; --left)
        *at++ = '\0';
}

// Calls `use` with the name and the value's address.
template <class Use>
void visit(Use use) {
    for (char** variable = variables(); variable != nullptr && *variable != nullptr; ++variable) {
        const std::string_view entry = *variable;
        const auto equals = entry.find('=');
        // On Windows, names that begin with an equals sign hold the drives' current directories.
        if (equals != std::string_view::npos && equals != 0)
            use(canonicalName(entry.substr(0, equals)), *variable + equals + 1);
    }
}

} // namespace

void forEachVariable(const std::function<void(std::string_view name, std::string_view value)>& use) {
    visit(use);
}

void eraseVariable(const std::string& name) {
    visit([wanted = canonicalName(name)](const std::string& present, char* value) {
        if (present == wanted)
            overwrite(value);
    });
    unset(name);
}

} // namespace central_oauth::platform
