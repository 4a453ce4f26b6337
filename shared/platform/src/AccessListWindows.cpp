// SPDX-License-Identifier: Apache-2.0
// Access control lists by Win32 calls. Windows.
#include "AccessList.h"

#include <aclapi.h>
#include <memory>
#include <sddl.h>
#include <system_error>
#include <vector>

namespace central_oauth::platform {

namespace {

bool isPublicGroup(PSID sid) noexcept {
    return ::IsWellKnownSid(sid, WinWorldSid) != 0 || ::IsWellKnownSid(sid, WinAuthenticatedUserSid) != 0 ||
           ::IsWellKnownSid(sid, WinBuiltinUsersSid) != 0;
}

bool listLetsPublic(PACL list, ACCESS_MASK rights) noexcept {
    // Without a list, everybody may do everything.
    if (list == nullptr)
        return true;
    for (DWORD i = 0; i < list->AceCount; ++i) {
        void* entry = nullptr;
        if (::GetAce(list, i, &entry) == 0)
            return true;
        auto* const allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
        const bool applies = allowed->Header.AceType == ACCESS_ALLOWED_ACE_TYPE &&
                             (allowed->Header.AceFlags & INHERIT_ONLY_ACE) == 0;
        if (applies && (allowed->Mask & rights) != 0 && isPublicGroup(&allowed->SidStart))
            return true;
    }
    return false;
}

[[noreturn]] void failToProtect() {
    throw std::system_error(static_cast<int>(::GetLastError()), std::system_category(),
                            "can't protect files from other users");
}

bool isPrivate(const std::filesystem::path& folder) noexcept {
    const HANDLE opened =
        ::CreateFileW(folder.c_str(), READ_CONTROL, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                      nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr);
    if (opened == INVALID_HANDLE_VALUE)
        return false;
    const auto access = publicMay(opened, readingRights | changingRights);
    ::CloseHandle(opened);
    return access == PublicAccess::none;
}

std::wstring userOfThisProcess() {
    HANDLE token = nullptr;
    if (::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &token) == 0)
        failToProtect();
    const std::unique_ptr<void, decltype(&::CloseHandle)> owned(token, &::CloseHandle);
    DWORD size = 0;
    ::GetTokenInformation(token, TokenUser, nullptr, 0, &size);
    std::vector<TOKEN_USER> user(size / sizeof(TOKEN_USER) + 1);
    wchar_t* text = nullptr;
    if (::GetTokenInformation(token, TokenUser, user.data(), size, &size) == 0 ||
        ::ConvertSidToStringSidW(user.front().User.Sid, &text) == 0)
        failToProtect();
    const std::unique_ptr<void, FreeLocal> ownedText(text);
    return text;
}

} // namespace

PublicAccess publicMay(HANDLE file, ACCESS_MASK rights) noexcept {
    PACL list = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    const DWORD failed = ::GetSecurityInfo(file, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, nullptr, nullptr,
                                           &list, nullptr, &descriptor);
    if (failed != ERROR_SUCCESS) {
        ::SetLastError(failed);
        return PublicAccess::unknown;
    }
    const std::unique_ptr<void, FreeLocal> owned(descriptor);
    return listLetsPublic(list, rights) ? PublicAccess::some : PublicAccess::none;
}

DWORD copyAccess(HANDLE from, HANDLE to) noexcept {
    PACL list = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    const DWORD failed = ::GetSecurityInfo(from, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, nullptr, nullptr,
                                           &list, nullptr, &descriptor);
    if (failed != ERROR_SUCCESS)
        return failed;
    const std::unique_ptr<void, FreeLocal> owned(descriptor);
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    DWORD revision = 0;
    const bool isProtected = ::GetSecurityDescriptorControl(descriptor, &control, &revision) != 0 &&
                             (control & SE_DACL_PROTECTED) != 0;
    const DWORD inheritance =
        isProtected ? PROTECTED_DACL_SECURITY_INFORMATION : UNPROTECTED_DACL_SECURITY_INFORMATION;
    return ::SetSecurityInfo(to, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION | inheritance, nullptr, nullptr,
                             list, nullptr);
}

PrivateAccess::PrivateAccess(const std::filesystem::path& path) : _inherits(isPrivate(path.parent_path())) {
    // Protected from inheritance; passed on to what a folder will hold.
    const std::wstring rights =
        L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;" + userOfThisProcess() + L")";
    if (::ConvertStringSecurityDescriptorToSecurityDescriptorW(rights.c_str(), SDDL_REVISION_1, &_descriptor,
                                                               nullptr) == 0)
        failToProtect();
    _attributes = {sizeof _attributes, _descriptor, FALSE};
}

PrivateAccess::~PrivateAccess() {
    ::LocalFree(_descriptor);
}

DWORD PrivateAccess::applyTo(const std::wstring& path) const noexcept {
    BOOL isPresent = FALSE;
    BOOL isDefault = FALSE;
    PACL list = nullptr;
    if (::GetSecurityDescriptorDacl(_descriptor, &isPresent, &list, &isDefault) == 0)
        return ::GetLastError();
    // The function changes nothing in the name.
    return ::SetNamedSecurityInfoW(const_cast<wchar_t*>(path.c_str()), SE_FILE_OBJECT,
                                   DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION, nullptr,
                                   nullptr, list, nullptr);
}

} // namespace central_oauth::platform
