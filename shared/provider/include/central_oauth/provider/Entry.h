// SPDX-License-Identifier: Apache-2.0
// The single C symbol a plugin exports, and what the host checks in it before any C++ of the plugin runs.
//
// Host and plugin are built at different times by different people, and C++ types cross between them. So the
// host compares three things, in this order, each with a refusal of its own:
//
// 1. *Minors, from both sides.* The plugin says with which SDK it was built (`sdkMinor`) and which host it
//    needs at least (`hostMinorNeeded`); the host knows its own SDK and the oldest plugin it still serves.
//    Either side may thus refuse the other, and neither must know versions that came after it:
//        hostMinorNeeded <= CENTRAL_OAUTH_SDK_MINOR of the host        else "needs SDK 1.x": update the host
//        CENTRAL_OAUTH_PLUGIN_MINOR_SERVED <= sdkMinor of the plugin   else "was built with": rebuild it
// 2. *Build tag.* A std::string of another standard library has another layout; the tag is a text in which
//    such builds differ, and equal texts are required.
// 3. *Id* = file name, so that a file can't stand in for another plugin.
//
// Minor 1 added AuthorizationRequest::loginHint and Properties::revokesUpstream. Both structures cross by
// value, so plugins of minor 0 are no longer served. Minor 2 added ProductLocator, and LocalFault to
// HttpError and ProviderError, which cross by value as well.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <cstdint>

/// Minor version of this SDK. Raised with every addition: an extension id, a field, an enumerator. A changed
/// or removed virtual function is no addition and needs a new entry symbol, `central_oauth_provider_v2`.
#define CENTRAL_OAUTH_SDK_MINOR 2

/// The lowest minor of a plugin that a host built with this SDK serves. Raised, to CENTRAL_OAUTH_SDK_MINOR,
/// only where the layout of a type that crosses has changed.
#define CENTRAL_OAUTH_PLUGIN_MINOR_SERVED 2

/// The lowest minor of a host that a plugin built with this SDK can live with. A plugin that can't do without
/// something a later minor added defines it higher, before it includes this header; one that asks whether the
/// host has it leaves it as it is.
#ifndef CENTRAL_OAUTH_HOST_MINOR_NEEDED
#define CENTRAL_OAUTH_HOST_MINOR_NEEDED 2
#endif

#define CENTRAL_OAUTH_STRINGIFY_(x) #x
#define CENTRAL_OAUTH_STRINGIFY(x) CENTRAL_OAUTH_STRINGIFY_(x)

// The build tag: what must be equal on both sides for C++ types to cross and for memory that one side
// allocates to be freed by the other: standard library, its string ABI, checked containers, pointer width.
// Not in it: compiler and optimisation, which do not matter, and __GXX_ABI_VERSION, in which g++ and clang++
// differ though they fit together. Example: "libstdc++;cxx11=1;checked=0;bits=64".
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

/// The descriptor: plain data, static, readable without running code of the plugin.
///
/// Belongs to the plugin and is valid until the process ends, as all it points to; the host never writes to
/// it. The order of the fields is the order in which they may be trusted, and is never changed: fields are
/// only appended, and `structSize` tells the host how many are there.
struct CentralOAuthProviderV1 {
    std::uint32_t structSize;      ///< sizeof(CentralOAuthProviderV1) at build time
    std::uint32_t sdkMinor;        ///< CENTRAL_OAUTH_SDK_MINOR at build time
    std::uint32_t hostMinorNeeded; ///< CENTRAL_OAUTH_HOST_MINOR_NEEDED at build time
    const char* buildTag;          ///< CENTRAL_OAUTH_BUILD_TAG at build time
    const char* id;                ///< [a-z][a-z0-9-]{0,31}, equal to the file name without its extension
    const char* version;           ///< of the plugin, for people
    const char* displayName;       ///< the product's name as people know it, e.g. "Jira"
    /// Returns the plugin's factory: static, owned by the plugin, valid until the process ends. The first
    /// C++ of the plugin that runs. Must not throw. [start]
    const central_oauth::provider::ProviderFactory& (*factory)();
};

#if defined(_WIN32)
#define CENTRAL_OAUTH_EXPORT __declspec(dllexport)
#else
#define CENTRAL_OAUTH_EXPORT __attribute__((visibility("default")))
#endif

/// The name of the exported function. It takes nothing, does nothing but return the address of the static
/// descriptor, and may be called more than once. Null makes the host refuse the plugin. [start]
#define CENTRAL_OAUTH_ENTRY_NAME "central_oauth_provider_v1"
using CentralOAuthEntry = const CentralOAuthProviderV1* (*)();

/// Defines the entry. ID, VERSION and DISPLAY_NAME are string literals; FACTORY is a default-constructible
/// ProviderFactory, made once, when the host has accepted the descriptor. Use once, in one file of the
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
