// SPDX-License-Identifier: Apache-2.0
// The host's settings as validated, typed values.
//
// Module config: reads environment variables, returns typed values and a list of faults. Opens only secret
// and PEM files. Knows no plugin, no store and no network.
#pragma once

#include "central_oauth/config/Environment.h"
#include "central_oauth/config/NetworkList.h"
#include "central_oauth/config/Report.h"
#include "central_oauth/provider/Secret.h"
#include "central_oauth/provider/Services.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::config {

/// The address that a listener binds to.
struct BindAddress {
    std::string host;       ///< an address without brackets, or a host name
    std::uint16_t port = 0; ///< 0 lets the system choose

    /// Returns whether only this machine can connect.
    [[nodiscard]] bool isLoopback() const noexcept;
    /// Returns "127.0.0.1:8080" or "[::1]:8080".
    [[nodiscard]] std::string text() const;
};

/// The URL by which browsers reach the service.
struct PublicUrl {
    std::string text;      ///< the canonical origin, e.g. "https://link.example.org"
    std::string authority; ///< the Host header of browsers: with a port unless it is the scheme's default
    bool https = false;
};

/// PEM files of a listener that speaks TLS.
struct TlsFiles {
    std::filesystem::path certificate; ///< the server's certificate first, then the chain
    std::filesystem::path key;
};

/// The header that is accepted from trusted proxies.
enum class ProxyHeader { xForwardedFor, forwarded };

/// A provider to run: its name and its plugin.
struct ProviderChoice {
    std::string name;
    std::string plugin;
};

/// Every setting of the host. Valid only if the report has no faults.
///
/// Movable, not copyable, because it owns the keys. Thread-safe; immutable after loading.
struct HostSettings {
    std::filesystem::path dbPath;
    std::vector<provider::Secret> keyRing; ///< 64 lower-case hex digits each; the first encrypts, all decrypt
    provider::LogLevel logLevel = provider::LogLevel::info;
    std::filesystem::path logFile; ///< absolute; empty for standard output
    BindAddress bind;
    std::optional<TlsFiles> tls;        ///< nullopt for plain HTTP
    std::optional<PublicUrl> publicUrl; ///< nullopt for the bound loopback address, with https if TLS is on
    NetworkList trustedProxies;
    ProxyHeader proxyHeader = ProxyHeader::xForwardedFor;
    std::vector<ProviderChoice> providers; ///< empty for each plugin whose CLIENT_ID is set
    std::filesystem::path pluginDir;
    std::chrono::seconds linkTtl{0};
    std::chrono::seconds grantMaxUnused{0};
    std::chrono::seconds grantMaxAge{0};
    std::chrono::seconds auditRetention{0};
    std::chrono::seconds lockWait{0};
    std::size_t workers = 0;
    std::size_t maxConnections = 0;
    std::string operatorName;         ///< UTF-8; may be empty
    std::string supportUrl;           ///< https or mailto; may be empty
    std::filesystem::path upstreamCa; ///< may be empty: then only the system's store is used
};

/// The result of load: the settings, their faults and warnings.
struct LoadedSettings {
    HostSettings settings;
    Report report;
};

/// Reads every setting of the host and collects all faults. Do not use the settings if there are faults.
/// Reads secret and PEM files; opens nothing else.
/// Call from the start-up thread.
[[nodiscard]] LoadedSettings load(const Environment& environment);

/// Checks the TLS files before they are reloaded. Adds a fault for an unreadable file or a key that others
/// can write, and a warning for a key that others can read. Does not check their content. Thread-safe.
void checkTlsFiles(const TlsFiles& files, Report& report);

/// Returns name and value of each setting for the start-up log; secrets are masked.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> describe(const HostSettings& settings);

} // namespace central_oauth::config
