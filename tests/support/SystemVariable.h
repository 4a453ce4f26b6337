// SPDX-License-Identifier: Apache-2.0
// A variable of this process's environment, set while the object exists.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>

namespace central_oauth::test {

class SystemVariable {
public:
    SystemVariable(std::string name, const std::string& value) : _name(std::move(name)) {
        put(_name, value.c_str());
    }
    ~SystemVariable() { put(_name, nullptr); }
    SystemVariable(const SystemVariable&) = delete;
    SystemVariable& operator=(const SystemVariable&) = delete;

private:
    // Unsets it if `value` is null.
    static void put(const std::string& name, const char* value) {
#ifdef _WIN32
        ::_putenv_s(name.c_str(), value == nullptr ? "" : value);
#else
        if (value == nullptr)
            ::unsetenv(name.c_str());
        else
            ::setenv(name.c_str(), value, 1);
#endif
    }

    std::string _name;
};

} // namespace central_oauth::test
