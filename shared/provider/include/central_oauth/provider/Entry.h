// SPDX-License-Identifier: Apache-2.0
// The single C symbol a plugin exports, and what the host checks in it before any C++ of the plugin runs.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <cstdint>

/// Minor version of this SDK. Raised when something is added; a changed or removed part needs a new entry
/// symbol.
#define CENTRAL_OAUTH_SDK_MINOR 0

#define CENTRAL_OAUTH_STRINGIFY_(x) #x
#define CENTRAL_OAUTH_STRINGIFY(x) CENTRAL_OAUTH_STRINGIFY_(x)

// What must be equal on both sides for C++ types to cross: standard library, its string ABI, checked
// containers, pointer width. Not __GXX_ABI_VERSION, which differs between g++ and clang++ without need.
#if defined(_LIBCPP_VERSION)
#define CENTRAL_OAUTH_TAG_LIBRARY "libc++" CENTRAL_OAUTH_STRINGIFY(_LIBCPP_ABI_VERSION)
#elif defined(__GLIBCXX__)
#define CENTRAL_OAUTH_TAG_LIBRARY "libstdc++;cxx11=" CENTRAL_OAUTH_STRINGIFY(_GLIBCXX_USE_CXX11_ABI)
#elif defined(_MSC_VER)
#define CENTRAL_OAUTH_TAG_LIBRARY "msvc;iterator=" CENTRAL_OAUTH_STRINGIFY(_ITERATOR_DEBUG_LEVEL)
#else
#define CENTRAL_OAUTH_TAG_LIBRARY "unknown"
#endif
#if defined(_GLIBCXX_DEBUG)
#define CENTRAL_OAUTH_TAG_CHECKED ";checked=1"
#else
#define CENTRAL_OAUTH_TAG_CHECKED ";checked=0"
#endif
#if UINTPTR_MAX == 0xffffffffffffffffu
#define CENTRAL_OAUTH_TAG_WIDTH ";bits=64"
#else
#define CENTRAL_OAUTH_TAG_WIDTH ";bits=32"
#endif
#define CENTRAL_OAUTH_BUILD_TAG CENTRAL_OAUTH_TAG_LIBRARY CENTRAL_OAUTH_TAG_CHECKED CENTRAL_OAUTH_TAG_WIDTH

/// The descriptor: plain data, static, readable without running code of the plugin. Fields are only ever
/// appended; `structSize` tells the host how many are there.
struct CentralOAuthProviderV1 {
    std::uint32_t structSize;
    std::uint32_t sdkMinor;        ///< CENTRAL_OAUTH_SDK_MINOR at build time
    std::uint32_t hostMinorNeeded; ///< the lowest host minor the plugin can live with
    const char* buildTag;          ///< CENTRAL_OAUTH_BUILD_TAG at build time
    const char* id;                ///< equal to the file name without its extension
    const char* version;
    const char* displayName;
    /// Returns the plugin's factory: static, owned by the plugin, valid until the process ends.
    const central_oauth::provider::ProviderFactory& (*factory)();
};

#if defined(_WIN32)
#define CENTRAL_OAUTH_EXPORT __declspec(dllexport)
#else
#define CENTRAL_OAUTH_EXPORT __attribute__((visibility("default")))
#endif

/// The name of the exported function; takes nothing, returns a pointer to the static descriptor.
#define CENTRAL_OAUTH_ENTRY_NAME "central_oauth_provider_v1"
using CentralOAuthEntry = const CentralOAuthProviderV1* (*)();

/// Defines the entry. FACTORY is a default-constructible ProviderFactory. Use once, in one file of the
/// plugin.
#define CENTRAL_OAUTH_PROVIDER(ID, VERSION, DISPLAY_NAME, FACTORY)                                           \
    extern "C" CENTRAL_OAUTH_EXPORT const CentralOAuthProviderV1* central_oauth_provider_v1();               \
    extern "C" CENTRAL_OAUTH_EXPORT const CentralOAuthProviderV1* central_oauth_provider_v1() {              \
        static constexpr CentralOAuthProviderV1 descriptor{                                                  \
            sizeof(CentralOAuthProviderV1),                                                                  \
            CENTRAL_OAUTH_SDK_MINOR,                                                                         \
            0,                                                                                               \
            CENTRAL_OAUTH_BUILD_TAG,                                                                         \
            ID,                                                                                              \
            VERSION,                                                                                         \
            DISPLAY_NAME,                                                                                    \
            []() -> const central_oauth::provider::ProviderFactory& {                                        \
                static const FACTORY factory;                                                                \
                return factory;                                                                              \
            }};                                                                                              \
        return &descriptor;                                                                                  \
    }
