// SPDX-License-Identifier: Apache-2.0
// Environment by Win32 calls: what the C library keeps is in the system's code page. Windows.
#include "Text.h"
#include "central_oauth/base/Wipe.h"
#include "central_oauth/platform/Environment.h"

#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <memory>

namespace central_oauth::platform {

namespace {

struct FreeBlock {
    void operator()(wchar_t* block) const { ::FreeEnvironmentStringsW(block); }
};

std::string upperCase(std::string text) {
    for (char& c : text)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

} // namespace

void forEachVariable(const std::function<void(std::string_view name, std::string_view value)>& use) {
    const std::unique_ptr<wchar_t, FreeBlock> block(::GetEnvironmentStringsW());
    if (!block)
        return;
    for (wchar_t* entry = block.get(); *entry != L'\0';) {
        const std::size_t size = std::wcslen(entry);
        const std::wstring_view whole(entry, size);
        // Names that begin with an equals sign hold the drives' current folders.
        const auto equals = whole.find(L'=', 1);
        if (equals != std::wstring_view::npos && whole.front() != L'=') {
            std::string value = narrow(whole.substr(equals + 1));
            use(upperCase(narrow(whole.substr(0, equals))), value);
            base::wipe(value);
        }
        ::SecureZeroMemory(entry, size * sizeof(wchar_t)); // the block is a copy
        entry += size + 1;
    }
}

// A value of the same length is written over the present one.
void eraseVariable(const std::string& name) {
    const std::wstring wide = widen(name);
    const DWORD size = ::GetEnvironmentVariableW(wide.c_str(), nullptr, 0);
    if (size > 1)
        ::SetEnvironmentVariableW(wide.c_str(), std::wstring(size - 1, L'*').c_str());
    ::SetEnvironmentVariableW(wide.c_str(), nullptr);
    // The C library has a copy.
    if (char* const copy = std::getenv(name.c_str()))
        ::SecureZeroMemory(copy, std::strlen(copy));
    ::_putenv_s(name.c_str(), "");
}

} // namespace central_oauth::platform
