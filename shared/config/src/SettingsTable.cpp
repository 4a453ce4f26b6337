// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/config/SettingsTable.h"

#include <algorithm>
#include <array>

namespace central_oauth::config {

namespace {

constexpr std::array table{
    SettingSpec{"CENTRAL_OAUTH_DB_PATH", ValueType::path, false, "/var/lib/central-oauth/db.sqlite3", "",
                "Absolute path of the SQLite file; its directory is created with mode 0700, the file with "
                "0600 (Windows: db.sqlite3 under "
                "%ProgramData%\\central-oauth)."},
    SettingSpec{"CENTRAL_OAUTH_SECRET_KEY", ValueType::key, true, "", "",
                "AES-256 key that encrypts the stored grants: 64 random hex digits, or several keys, "
                "comma-separated and newest first; this or the key ring is required."},
    SettingSpec{"CENTRAL_OAUTH_KEY_RING", ValueType::key, true, "", "the secret key",
                "Comma-separated list of keys, newest first: the first encrypts, all decrypt; if both are "
                "set, its first key must be the secret key."},
    SettingSpec{
        "CENTRAL_OAUTH_LOG_LEVEL", ValueType::level, false, "INFO", "",
        "DEBUG, INFO, WARNING or ERROR: less important lines are not logged; audit lines always are."},
    SettingSpec{
        "CENTRAL_OAUTH_LOG_FILE", ValueType::path, false, "", "standard output",
        "Absolute path of a file for the log, created with mode 0600: at 16 MiB it becomes NAME.1 and "
        "a new one begins, five older ones are kept, and SIGHUP reopens it."},
    SettingSpec{"CENTRAL_OAUTH_BIND", ValueType::address, false, "127.0.0.1:8080", "",
                "Address and port of the listener; port 0 lets the system choose."},
    SettingSpec{"CENTRAL_OAUTH_TLS_CERT", ValueType::path, false, "", "the listener speaks plain HTTP",
                "PEM file of the listener's certificate, followed by its chain; with it the listener speaks "
                "only TLS 1.2 and newer."},
    SettingSpec{"CENTRAL_OAUTH_TLS_KEY", ValueType::path, false, "", "",
                "PEM file of the certificate's key, without a passphrase; required with the certificate."},
    SettingSpec{
        "CENTRAL_OAUTH_PUBLIC_URL", ValueType::url, false, "", "from the bind address",
        "URL by which browsers reach the service: https (http on loopback without TLS only), no path; "
        "required if the bind address is not loopback; a port causes a warning unless the host is loopback, "
        "because cookies ignore ports."},
    SettingSpec{"CENTRAL_OAUTH_TRUSTED_PROXIES", ValueType::networks, false, "", "",
                "Comma-separated list of addresses and networks whose forwarding header is accepted; "
                "required when the public URL is https and the listener does not speak TLS."},
    SettingSpec{"CENTRAL_OAUTH_PROXY_HEADER", ValueType::choice, false, "x-forwarded-for", "",
                "The header accepted from trusted proxies, forwarded or x-forwarded-for: its right-most hop "
                "that is not a trusted proxy is the caller."},
    SettingSpec{"CENTRAL_OAUTH_PROVIDERS", ValueType::providers, false, "",
                "each plugin in the directory whose CLIENT_ID is set",
                "Comma-separated list of provider names; name=plugin runs a plugin under another name, as in "
                "acme-jira=jira; name=plugin+plugin is not in this release yet."},
    SettingSpec{"CENTRAL_OAUTH_PLUGIN_DIR", ValueType::path, false, "", "the installed plugin directory",
                "Absolute path of the directory that plugins are loaded from."},
    SettingSpec{"CENTRAL_OAUTH_LINK_TTL", ValueType::duration, false, "600", "", "How long a link lives.", 30,
                600},
    SettingSpec{"CENTRAL_OAUTH_GRANT_MAX_UNUSED", ValueType::duration, false, "90d", "",
                "How long an idle grant is kept alive after a client last read its token.", 86400,
                std::int64_t{36500} * 86400},
    SettingSpec{"CENTRAL_OAUTH_GRANT_MAX_AGE", ValueType::duration, false, "365d", "",
                "How long a grant is kept after its person approved the link; the log warns 30, 7 and 1 days "
                "before its end.",
                86400, std::int64_t{36500} * 86400},
    SettingSpec{"CENTRAL_OAUTH_AUDIT_RETENTION", ValueType::duration, false, "400d", "",
                "How long entries of the audit log are kept.", 86400, std::int64_t{36500} * 86400},
    SettingSpec{"CENTRAL_OAUTH_LOCK_WAIT", ValueType::duration, false, "30", "",
                "How long to wait at the start for another process to release the database.", 0, 3600},
    SettingSpec{"CENTRAL_OAUTH_WORKERS", ValueType::number, false, "", "4 × cores, at least 16, at most 64",
                "Threads that answer requests.", 1, 512},
    SettingSpec{
        "CENTRAL_OAUTH_MAX_CONNECTIONS", ValueType::number, false, "10000", "",
        "Open connections, on Windows 2000 at most; the file limit is raised to the hard limit at the "
        "start.",
        16, 1000000},
    SettingSpec{"CENTRAL_OAUTH_OPERATOR_NAME", ValueType::text, false, "", "",
                "Name of the service's operator, shown on its pages: at most 64 characters, at least one of "
                "them visible."},
    SettingSpec{"CENTRAL_OAUTH_SUPPORT_URL", ValueType::url, false, "", "",
                "URL for help that the pages link to: https or mailto."},
    SettingSpec{"CENTRAL_OAUTH_UPSTREAM_CA", ValueType::path, false, "", "the system's store",
                "PEM bundle of further certificate authorities for connections to upstream."},
};

constexpr std::array<LaterSetting, 3> laterTable{{
    {"CENTRAL_OAUTH_ADMIN_BIND", "there is no admin listener"},
    {"CENTRAL_OAUTH_METRICS_BIND", "there is no listener for metrics"},
    {"CENTRAL_OAUTH_ADMIN_KEY", "there is no admin API"},
}};

constexpr std::array<LaterSetting, 2> laterOfProviders{{
    {"DEPLOYMENT", "the provider is as its plugin has it"},
    {"BASE_URL", "there is no Data Center"},
}};

} // namespace

std::span<const SettingSpec> settingsTable() noexcept {
    return table;
}

const SettingSpec* findSetting(std::string_view name) noexcept {
    const auto* found = std::find_if(table.begin(), table.end(),
                                     [name](const SettingSpec& spec) { return spec.name == name; });
    return found == table.end() ? nullptr : found;
}

std::span<const LaterSetting> laterSettings() noexcept {
    return laterTable;
}

std::span<const LaterSetting> laterProviderSettings() noexcept {
    return laterOfProviders;
}

std::string laterText(const LaterSetting& setting) {
    return "is not in this release yet and has no effect: " + std::string(setting.consequence);
}

} // namespace central_oauth::config
