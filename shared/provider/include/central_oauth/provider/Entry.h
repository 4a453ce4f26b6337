// SPDX-License-Identifier: Apache-2.0
// The C symbol that a plugin exports, and the checks of the host before it runs any C++ of the plugin.
//
// Host and plugin are built at different times by different people, and C++ types cross between them.
// Therefore the host compares three things, in this order, each with its own refusal:
//
// 1. *Minors, from both sides.* The plugin states the SDK it was built with (`sdkMinor`) and the host it
//    needs at least (`hostMinorNeeded`). The host knows its own SDK and the oldest plugin it still serves. So
//    either side can refuse the other without knowing later versions:
//        hostMinorNeeded <= CENTRAL_OAUTH_SDK_MINOR of the host        else "needs SDK 1.x": update the host
//        CENTRAL_OAUTH_PLUGIN_MINOR_SERVED <= sdkMinor of the plugin   else "was built with": rebuild it
// 2. *Build tag.* Another standard library has another layout of std::string. The tags of such builds
//    differ; they must be equal.
// 3. *Id* = file name, so that a file can't replace another plugin.
//
// Minor 1 added AuthorizationRequest::loginHint and Properties::revokesUpstream. Both structures cross by
// value, so plugins of minor 0 are no longer served. Minor 2 added ProductLocator, and added LocalFault to
// HttpError and ProviderError, which cross by value as well.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <cstdint>

/// Minor version of this SDK. Every addition raises it: an extension id, a field, an enumerator. A changed or
/// removed virtual function needs a new entry symbol instead, `central_oauth_provider_v2`.
#define CENTRAL_OAUTH_SDK_MINOR 2

/// The lowest plugin minor that a host built with this SDK serves. Raised to CENTRAL_OAUTH_SDK_MINOR only if
/// the layout of a crossing type has changed.
#define CENTRAL_OAUTH_PLUGIN_MINOR_SERVED 2

/// The lowest host minor that a plugin built with this SDK works with. A plugin that requires a later
/// addition defines a higher value before it includes this header. A plugin that can do without the addition
/// keeps this value.
#ifndef CENTRAL_OAUTH_HOST_MINOR_NEEDED
#define CENTRAL_OAUTH_HOST_MINOR_NEEDED 2
#endif

#define CENTRAL_OAUTH_STRINGIFY_(x) #x
#define CENTRAL_OAUTH_STRINGIFY(x) CENTRAL_OAUTH_STRINGIFY_(x)

// The build tag: properties that must be equal on both sides so that C++ types can cross and each side can
// free memory of the other: standard library, its string ABI, checked containers, pointer width. Compiler and
// optimisation do not matter. __GXX_ABI_VERSION is omitted, because g++ and clang++ differ in it although
// they are compatible. Example: "libstdc++;cxx11=1;checked=0;bits=64".
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

/// The descriptor: static plain data, readable without running code of the plugin.
///
/// Belongs to the plugin and is valid until the process ends, as is everything it points to. The host never
/// writes to it. Fields are in the order in which they may be trusted. The order never changes: fields are
/// only appended, and `structSize` shows how many there are.
struct CentralOAuthProviderV1 {
    std::uint32_t structSize;      ///< sizeof(CentralOAuthProviderV1) at build time
    std::uint32_t sdkMinor;        ///< CENTRAL_OAUTH_SDK_MINOR at build time
    std::uint32_t hostMinorNeeded; ///< CENTRAL_OAUTH_HOST_MINOR_NEEDED at build time
    const char* buildTag;          ///< CENTRAL_OAUTH_BUILD_TAG at build time
    const char* id;                ///< [a-z][a-z0-9-]{0,31}, equal to the file name without its extension
    const char* version;           ///< of the plugin, for people
    const char* displayName;       ///< the product's public name, e.g. "Jira"
    /// Returns the plugin's factory: static, owned by the plugin, valid until the process ends. This is the
    /// first C++ of the plugin that runs. Must not throw.
    /// Runs on the start-up thread.
    const central_oauth::provider::ProviderFactory& (*factory)();
};

#if defined(_WIN32)
#define CENTRAL_OAUTH_EXPORT __declspec(dllexport)
#else
#define CENTRAL_OAUTH_EXPORT __attribute__((visibility("default")))
#endif

/// The name of the exported function. It takes no argument and only returns the address of the static
/// descriptor. It may be called more than once. If it returns null, the host refuses the plugin.
/// Runs on the start-up thread.
#define CENTRAL_OAUTH_ENTRY_NAME "central_oauth_provider_v1"
using CentralOAuthEntry = const CentralOAuthProviderV1* (*)();

/// Defines the entry. ID, VERSION and DISPLAY_NAME are string literals. FACTORY is a default-constructible
/// ProviderFactory, constructed once the host has accepted the descriptor. Use it once, in one file of the
/// plugin, outside any namespace.
#define CENTRAL_OAUTH_PROVIDER(ID, VERSION, DISPLAY_NAME, FACTORY)                                           \
    extern "C" CENTRAL_OAUTH_EXPORT const CentralOAuthProviderV1* central_oauth_provider_v1();               \
    extern "C" CENTRAL_OAUTH_EXPORT const CentralOAuthProviderV1* central_oauth_provider_v1() {              \
        static constexpr CentralOAuthProviderV1 descriptor{                                                  \
            sizeof(CentralOAuthProviderV1),                                                                  \
            CENTRAL_OAUTH_SDK_MINOR,                                                                         \
            CENTRAL_OAUTH_HOST_MINOR_NEEDED,                                                                 \
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
