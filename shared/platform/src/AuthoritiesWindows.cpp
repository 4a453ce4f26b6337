// SPDX-License-Identifier: Apache-2.0
// The store ROOT of Windows.
#include "central_oauth/platform/Authorities.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
// clang-format off
#include <windows.h>
#include <wincrypt.h> // needs types of windows.h
// clang-format on

namespace central_oauth::platform {

namespace {

struct CloseStore {
    void operator()(void* store) const { ::CertCloseStore(store, 0); }
};

// An administrator may have limited what a certificate is trusted for.
bool vouchesForServers(PCCERT_CONTEXT certificate) {
    DWORD size = 0;
    if (::CertGetEnhancedKeyUsage(certificate, 0, nullptr, &size) == 0)
        return ::GetLastError() == static_cast<DWORD>(CRYPT_E_NOT_FOUND);
    std::vector<std::max_align_t> memory(size / sizeof(std::max_align_t) + 1);
    auto* const usage = reinterpret_cast<CERT_ENHKEY_USAGE*>(memory.data());
    if (::CertGetEnhancedKeyUsage(certificate, 0, usage, &size) == 0)
        return false;
    // An empty list: good for everything or for nothing, as the last error says.
    if (usage->cUsageIdentifier == 0)
        return ::GetLastError() == static_cast<DWORD>(CRYPT_E_NOT_FOUND);
    const auto* const end = usage->rgpszUsageIdentifier + usage->cUsageIdentifier;
    return std::any_of(usage->rgpszUsageIdentifier, const_cast<LPSTR*>(end), [](const char* purpose) {
        return std::strcmp(purpose, szOID_PKIX_KP_SERVER_AUTH) == 0;
    });
}

} // namespace

std::optional<std::vector<std::string>> systemAuthorities() {
    std::vector<std::string> found;
    const std::unique_ptr<void, CloseStore> store(::CertOpenSystemStoreW(0, L"ROOT"));
    PCCERT_CONTEXT certificate = nullptr;
    while (store && (certificate = ::CertEnumCertificatesInStore(store.get(), certificate)) != nullptr) {
        if (vouchesForServers(certificate))
            found.emplace_back(reinterpret_cast<const char*>(certificate->pbCertEncoded),
                               certificate->cbCertEncoded);
    }
    return found;
}

} // namespace central_oauth::platform
