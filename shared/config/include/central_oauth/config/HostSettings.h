// SPDX-License-Identifier: Apache-2.0
// The host's settings as checked, typed values.
//
// Module config: environment variables in, typed values and a list of faults out. Depends on base and Poco
// Foundation. Opens nothing but secret and PEM files; knows no plugin, no store and no network.
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

/// Where a listener binds.
struct BindAddress {
    std::string host;       ///< an address without brackets, or a host name
    std::uint16_t port = 0; ///< 0: the system chooses

    /// Whether only this machine can connect.
    [[nodiscard]] bool isLoopback() const noexcept;
    /// "127.0.0.1:8080", "[::1]:8080".
    [[nodiscard]] std::string text() const;
};

/// How browsers reach the service.
struct PublicUrl {
    std::string text;      ///< the origin in its one spelling, e.g. "https://link.example.org"
    std::string authority; ///< what browsers send as Host: the port is there unless it is the scheme's own
    bool https = false;
};

/// PEM files of a listener that speaks TLS.
struct TlsFiles {
    std::filesystem::path certificate; ///< the server's own first, then the chain
    std::filesystem::path key;
};

/// The header that is believed from trusted proxies.
enum class ProxyHeader { xForwardedFor, forwarded };

/// A provider to run: its name and the plugin that serves it.
struct ProviderChoice {
    std::string name;
    std::string plugin;
};

/// Every setting of the host, valid when the report that came with it has no faults.
///
/// Movable; not copyable, because it owns the keys. Threads: immutable after loading.
struct HostSettings {
    std::filesystem::path dbPath;
    std::vector<provider::Secret> keyRing; ///< 64 lower-case hex digits each; the first encrypts, all decrypt
    provider::LogLevel logLevel = provider::LogLevel::info;
    std::filesystem::path logFile; ///< absolute; empty: standard output
    BindAddress bind;
    std::optional<TlsFiles> tls;        ///< nothing: the listener speaks plain HTTP
    std::optional<PublicUrl> publicUrl; ///< nothing: the loopback address that was bound, https with TLS
    NetworkList trustedProxies;
    ProxyHeader proxyHeader = ProxyHeader::xForwardedFor;
    std::vector<ProviderChoice> providers; ///< empty: each plugin whose CLIENT_ID is set
    std::filesystem::path pluginDir;
    std::chrono::seconds linkTtl{0};
    std::chrono::seconds auditRetention{0};
    std::chrono::seconds lockWait{0};
    std::size_t workers = 0;
    std::size_t maxConnections = 0;
    std::string operatorName;         ///< UTF-8; empty: none
    std::string supportUrl;           ///< https or mailto; empty: none
    std::filesystem::path upstreamCa; ///< empty: the system's store alone
};

/// What load found: the settings, and what is wrong or odd about them.
struct LoadedSettings {
    HostSettings settings;
    Report report;
};

/// Reads every setting of the host and collects all faults. Where there are faults the settings are not to be
/// used. Reads secret and PEM files; opens nothing else. [startup]
[[nodiscard]] LoadedSettings load(const Environment& environment);

/// Adds what is wrong or odd about these files as they are now: not readable, or a key that others can write
/// (a fault) or read (a warning). What they hold is not looked at. For reading them again. [any thread]
void checkTlsFiles(const TlsFiles& files, Report& report);

/// Name and value of each setting for the log of a start; secrets are masked.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> describe(const HostSettings& settings);

} // namespace central_oauth::config
