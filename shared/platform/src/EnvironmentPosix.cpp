// SPDX-License-Identifier: Apache-2.0
// Environment by environ(7), whose memory can be overwritten. POSIX.
#include "central_oauth/platform/Environment.h"

#include <cstdlib>
#include <cstring>
#include <unistd.h>

extern char** environ;

namespace central_oauth::platform {

namespace {

// Volatile: nobody reads the bytes again, so the optimiser would remove a plain fill.
void overwrite(char* text) {
    volatile char* at = text;
    for (std::size_t left = std::strlen(text); left > 0; --left)
        *at++ = '\0';
}

// Calls `use` with the name and the value's address.
template <class Use>
void visit(Use use) {
    for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
        const std::string_view entry = *variable;
        const auto equals = entry.find('=');
        if (equals != std::string_view::npos && equals != 0)
            use(entry.substr(0, equals), *variable + equals + 1);
    }
}

} // namespace

void forEachVariable(const std::function<void(std::string_view name, std::string_view value)>& use) {
    visit(use);
}

void eraseVariable(const std::string& name) {
    visit([&name](std::string_view present, char* value) {
        if (present == name)
            overwrite(value);
    });
    ::unsetenv(name.c_str());
}

} // namespace central_oauth::platform
