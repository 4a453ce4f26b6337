// SPDX-License-Identifier: Apache-2.0
// Access control lists; Windows calls, compiled on Windows only.
#include "PathTrust.h"

#include <aclapi.h>
#include <memory>
#include <windows.h>

namespace central_oauth::loader {

namespace {

constexpr ACCESS_MASK changing = FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA | FILE_WRITE_ATTRIBUTES |
                                 DELETE | FILE_DELETE_CHILD | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE |
                                 GENERIC_ALL;

struct FreeLocal {
    void operator()(void* memory) const { ::LocalFree(memory); }
};

// Everyone, Authenticated Users, Users: the groups that a stranger on this machine is in.
bool isPublicGroup(PSID sid) {
    return ::IsWellKnownSid(sid, WinWorldSid) != 0 || ::IsWellKnownSid(sid, WinAuthenticatedUserSid) != 0 ||
           ::IsWellKnownSid(sid, WinBuiltinUsersSid) != 0;
}

bool publicMayChange(PACL list) {
    for (DWORD i = 0; i < list->AceCount; ++i) {
        void* entry = nullptr;
        if (::GetAce(list, i, &entry) == 0)
            return true;
        const auto* allowed = static_cast<const ACCESS_ALLOWED_ACE*>(entry);
        const bool applies = allowed->Header.AceType == ACCESS_ALLOWED_ACE_TYPE &&
                             (allowed->Header.AceFlags & INHERIT_ONLY_ACE) == 0;
        if (applies && (allowed->Mask & changing) != 0 &&
            isPublicGroup(const_cast<DWORD*>(&allowed->SidStart)))
            return true;
    }
    return false;
}

} // namespace

std::optional<std::string> distrustOf(const std::filesystem::path& path) {
    PACL list = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (::GetNamedSecurityInfoW(path.c_str(), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, nullptr, nullptr,
                                &list, nullptr, &descriptor) != ERROR_SUCCESS)
        return "can't be examined; check the permissions of the directories above it";
    const std::unique_ptr<void, FreeLocal> owned(descriptor);
    // No list at all means that everybody may do everything.
    if (list == nullptr || publicMayChange(list))
        return "can be written by others; take that from them (icacls /remove:g Users)";
    return std::nullopt;
}

} // namespace central_oauth::loader
