// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/config/HostSettings.h"

#include "BindAddress.h"
#include "Duration.h"
#include "FileReport.h"
#include "KeyRing.h"
#include "LogFile.h"
#include "ProviderNames.h"
#include "PublicUrl.h"
#include "SettingReader.h"
#include "SystemAuthorities.h"
#include "TlsSettings.h"
#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/EnumNames.h"
#include "central_oauth/base/Host.h"
#include "central_oauth/base/Paths.h"
#include "central_oauth/base/SdkNames.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/base/Utf8.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/config/SettingsTable.h"
#include "central_oauth/platform/Process.h"
#include "central_oauth/platform/TrustedFile.h"

#include <algorithm>
#include <system_error>
#include <thread>

namespace central_oauth::config {

namespace {

namespace fs = std::filesystem;

constexpr base::EnumNames<ProxyHeader, 2> proxyHeaders{{
    {ProxyHeader::xForwardedFor, "x-forwarded-for"},
    {ProxyHeader::forwarded, "forwarded"},
}};
static_assert(base::isComplete(proxyHeaders, ProxyHeader::forwarded));

void warnOfLaterSettings(SettingReader& reader) {
    for (const auto& setting : laterSettings()) {
        for (const auto& variable : {std::string(setting.name), std::string(setting.name) + "_FILE"}) {
            if (reader.environment().find(variable))
                reader.warning(variable, laterText(setting));
        }
    }
}

fs::path readDatabasePath(SettingReader& reader) {
    constexpr std::string_view name = "CENTRAL_OAUTH_DB_PATH";
    std::string text = *reader.text(name);
    fs::path path = base::pathOf(text);
    if (const auto folder = platform::serviceDataFolder(); folder && !reader.environment().find(name))
        path = *folder / path.filename();
    std::error_code failed;
    if (text.starts_with("file:") || text.starts_with(":memory:")) {
        reader.fault(name, "is not the path of a file",
                     "write a plain path, e.g. /var/lib/central-oauth/db.sqlite3");
    } else if (!path.is_absolute()) {
        // A path relative to the current directory would name a new, empty database.
        reader.fault(name, "is not an absolute path", "write the full path of the file");
    } else if (fs::is_directory(path, failed)) {
        reader.fault(name, "is a directory", "add the name of a file in it, e.g. db.sqlite3");
    }
    return path.lexically_normal();
}

provider::LogLevel readLogLevel(SettingReader& reader) {
    constexpr std::string_view name = "CENTRAL_OAUTH_LOG_LEVEL";
    const auto level = base::logLevelOf(base::upper(*reader.text(name)));
    if (!level)
        reader.fault(name, "is not a log level", "write DEBUG, INFO, WARNING or ERROR");
    return level.value_or(provider::LogLevel::info);
}

BindAddress readBind(SettingReader& reader) {
    constexpr std::string_view name = "CENTRAL_OAUTH_BIND";
    Objection why;
    auto bind = parseBindAddress(*reader.text(name), why);
    if (!bind)
        reader.fault(name, why);
    return bind.value_or(BindAddress{});
}

// Browsers send a host's cookies to all its ports. On loopback the other ports belong to the person's own
// programs.
void warnOfNeighbours(SettingReader& reader, const PublicUrl& url) {
    const auto parts = base::WebUrl::parse(url.text);
    if (!parts || parts->authority.port() == base::portOf(parts->scheme) ||
        base::isLoopbackHost(parts->authority.host()))
        return;
    reader.warning("CENTRAL_OAUTH_PUBLIC_URL",
                   "names a port, and browsers share cookies between all ports of a host: a service on "
                   "another port of it can plant cookies and take a person's grant. Use a host name that "
                   "serves nothing else, and its port 443");
}

std::optional<PublicUrl> readPublicUrl(SettingReader& reader, const BindAddress& bind, bool tls) {
    constexpr std::string_view name = "CENTRAL_OAUTH_PUBLIC_URL";
    const auto text = reader.text(name);
    if (!text) {
        // A value that is set but invalid is already a fault.
        if (!reader.isSet(name) && !bind.host.empty() && !bind.isLoopback())
            reader.fault(name, "is required, because the bind address is not loopback",
                         "set it to the https URL by which browsers reach the service");
        return std::nullopt;
    }
    Objection why;
    auto url = parsePublicUrl(*text, why);
    if (!url)
        reader.fault(name, why);
    else if (tls && !url->https)
        reader.fault(name, "is not https, and the listener speaks TLS", "write it with https");
    else
        warnOfNeighbours(reader, *url);
    return url;
}

// The public URL shows how browsers connect, not who else does.
void warnOfPlainListener(SettingReader& reader, const BindAddress& bind, bool tls) {
    if (!tls && !bind.host.empty() && !bind.isLoopback())
        reader.warning(
            "CENTRAL_OAUTH_BIND",
            "is not loopback and the listener speaks plain HTTP, so everybody on the network path can read "
            "keys and "
            "tokens: set CENTRAL_OAUTH_TLS_CERT, or keep that network to the proxy and the service");
}

NetworkList readTrustedProxies(SettingReader& reader, bool behindTlsProxy) {
    constexpr std::string_view name = "CENTRAL_OAUTH_TRUSTED_PROXIES";
    const auto text = reader.text(name);
    if (!text) {
        if (behindTlsProxy && !reader.isSet(name))
            reader.fault(
                name,
                "is required, because the public URL is https and the listener speaks plain HTTP: without it "
                "every caller would look like the proxy",
                "list the addresses from which your TLS proxy connects, e.g. 127.0.0.1");
        return {};
    }
    std::string problem;
    auto networks = NetworkList::parse(*text, problem);
    if (!networks) {
        reader.fault(name, problem,
                     "list addresses and networks with commas, e.g. 127.0.0.1, 10.0.0.0/8, fd00::/8");
        return {};
    }
    if (networks->containsEverything())
        reader.warning(name, "trusts every address, so any caller can pretend to be another");
    return *networks;
}

ProxyHeader readProxyHeader(SettingReader& reader) {
    constexpr std::string_view name = "CENTRAL_OAUTH_PROXY_HEADER";
    const auto header = base::valueIn(proxyHeaders, base::lower(*reader.text(name)));
    if (!header)
        reader.fault(name, "is neither forwarded nor x-forwarded-for", "write the one that your proxy sets");
    return header.value_or(ProxyHeader::xForwardedFor);
}

std::vector<ProviderChoice> readProviders(SettingReader& reader) {
    constexpr std::string_view name = "CENTRAL_OAUTH_PROVIDERS";
    const auto text = reader.text(name);
    if (!text)
        return {};
    Objection why;
    auto providers = parseProviders(*text, why);
    if (!providers)
        reader.fault(name, why);
    return providers.value_or(std::vector<ProviderChoice>());
}

fs::path readPluginDirectory(SettingReader& reader) {
    constexpr std::string_view name = "CENTRAL_OAUTH_PLUGIN_DIR";
    const auto text = reader.text(name);
    const fs::path path =
        text ? base::pathOf(*text) : platform::executableFolder() / CENTRAL_OAUTH_DEFAULT_PLUGIN_DIR;
    if (!path.is_absolute())
        reader.fault(name, "is not an absolute path", "write the full path of the directory");
    return path.lexically_normal();
}

std::string readOperatorName(SettingReader& reader) {
    constexpr std::string_view name = "CENTRAL_OAUTH_OPERATOR_NAME";
    constexpr std::size_t longest = 64;
    auto text = reader.text(name).value_or("");
    const auto characters = base::countPrintable(text);
    if (!characters || *characters > longest)
        reader.fault(name, "is not a text of at most 64 printable UTF-8 characters",
                     "shorten or simplify it");
    else if (!text.empty() && !base::hasVisibleText(text))
        reader.fault(name, "shows nothing",
                     "write the name with at least one visible character, or unset it");
    return text;
}

std::string readSupportUrl(SettingReader& reader) {
    constexpr std::string_view name = "CENTRAL_OAUTH_SUPPORT_URL";
    auto text = reader.text(name).value_or("");
    if (!text.empty() && !isSupportUrl(text))
        reader.fault(name, "is neither an https URL nor a mailto address",
                     "write it as https://help.example.org or mailto:help@example.org");
    return text;
}

fs::path readUpstreamCa(SettingReader& reader) {
    constexpr std::string_view name = "CENTRAL_OAUTH_UPSTREAM_CA";
    const auto text = reader.text(name);
    if (!text)
        return {};
    fs::path path = base::pathOf(*text);
    reportFile(platform::openTrusted(platform::FileRole::authorities, path), std::string(name),
               reader.report());
    return path;
}

std::size_t readWorkers(SettingReader& reader) {
    const std::int64_t perCore = 4;
    const auto usual = std::clamp<std::int64_t>(perCore * std::thread::hardware_concurrency(), 16, 64);
    return static_cast<std::size_t>(reader.number("CENTRAL_OAUTH_WORKERS", usual));
}

std::string describeProviders(const std::vector<ProviderChoice>& providers) {
    std::vector<std::string> texts;
    texts.reserve(providers.size());
    for (const auto& provider : providers)
        texts.push_back(provider.name == provider.plugin ? provider.name
                                                         : provider.name + '=' + provider.plugin);
    return texts.empty() ? "each plugin whose CLIENT_ID is set" : base::join(texts, ", ");
}

} // namespace

LoadedSettings load(const Environment& environment) {
    LoadedSettings loaded;
    SettingReader reader(environment, loaded.report);
    HostSettings& settings = loaded.settings;
    warnOfLaterSettings(reader);
    settings.dbPath = readDatabasePath(reader);
    settings.keyRing = readKeyRing(reader);
    settings.logLevel = readLogLevel(reader);
    settings.logFile = readLogFile(reader);
    settings.bind = readBind(reader);
    settings.tls = readTls(reader);
    warnOfPlainListener(reader, settings.bind, settings.tls.has_value());
    settings.publicUrl = readPublicUrl(reader, settings.bind, settings.tls.has_value());
    settings.trustedProxies =
        readTrustedProxies(reader, settings.publicUrl && settings.publicUrl->https && !settings.tls);
    settings.proxyHeader = readProxyHeader(reader);
    settings.providers = readProviders(reader);
    settings.pluginDir = readPluginDirectory(reader);
    settings.linkTtl = reader.duration("CENTRAL_OAUTH_LINK_TTL");
    settings.grantMaxUnused = reader.duration("CENTRAL_OAUTH_GRANT_MAX_UNUSED");
    settings.grantMaxAge = reader.duration("CENTRAL_OAUTH_GRANT_MAX_AGE");
    settings.auditRetention = reader.duration("CENTRAL_OAUTH_AUDIT_RETENTION");
    settings.lockWait = reader.duration("CENTRAL_OAUTH_LOCK_WAIT");
    settings.workers = readWorkers(reader);
    settings.maxConnections = static_cast<std::size_t>(reader.number("CENTRAL_OAUTH_MAX_CONNECTIONS"));
    settings.operatorName = readOperatorName(reader);
    settings.supportUrl = readSupportUrl(reader);
    settings.upstreamCa = readUpstreamCa(reader);
    judgeSystemAuthorities(environment, loaded.report);
    return loaded;
}

std::vector<std::pair<std::string, std::string>> describe(const HostSettings& settings) {
    const auto orElse = [](const std::string& text, const char* otherwise) {
        return text.empty() ? std::string(otherwise) : text;
    };
    const std::size_t keys = settings.keyRing.size();
    return {
        {"CENTRAL_OAUTH_DB_PATH", base::pathText(settings.dbPath)},
        {"CENTRAL_OAUTH_SECRET_KEY", keys == 0 ? "unset" : "set"},
        {"CENTRAL_OAUTH_KEY_RING", base::counted(static_cast<long long>(keys), "key")},
        {"CENTRAL_OAUTH_LOG_LEVEL", std::string(base::nameOf(settings.logLevel))},
        {"CENTRAL_OAUTH_LOG_FILE", orElse(base::pathText(settings.logFile), "standard output")},
        {"CENTRAL_OAUTH_BIND", settings.bind.text()},
        {"CENTRAL_OAUTH_TLS_CERT", settings.tls ? base::pathText(settings.tls->certificate) : "none"},
        {"CENTRAL_OAUTH_TLS_KEY", settings.tls ? base::pathText(settings.tls->key) : "none"},
        {"CENTRAL_OAUTH_PUBLIC_URL", settings.publicUrl ? settings.publicUrl->text : "from the bind address"},
        {"CENTRAL_OAUTH_TRUSTED_PROXIES", orElse(base::join(settings.trustedProxies.texts(), ", "), "none")},
        {"CENTRAL_OAUTH_PROXY_HEADER", std::string(base::nameIn(proxyHeaders, settings.proxyHeader))},
        {"CENTRAL_OAUTH_PROVIDERS", describeProviders(settings.providers)},
        {"CENTRAL_OAUTH_PLUGIN_DIR", base::pathText(settings.pluginDir)},
        {"CENTRAL_OAUTH_LINK_TTL", durationText(settings.linkTtl)},
        {"CENTRAL_OAUTH_GRANT_MAX_UNUSED", durationText(settings.grantMaxUnused)},
        {"CENTRAL_OAUTH_GRANT_MAX_AGE", durationText(settings.grantMaxAge)},
        {"CENTRAL_OAUTH_AUDIT_RETENTION", durationText(settings.auditRetention)},
        {"CENTRAL_OAUTH_LOCK_WAIT", durationText(settings.lockWait)},
        {"CENTRAL_OAUTH_WORKERS", std::to_string(settings.workers)},
        {"CENTRAL_OAUTH_MAX_CONNECTIONS", std::to_string(settings.maxConnections)},
        {"CENTRAL_OAUTH_OPERATOR_NAME", orElse(settings.operatorName, "none")},
        {"CENTRAL_OAUTH_SUPPORT_URL", orElse(settings.supportUrl, "none")},
        {"CENTRAL_OAUTH_UPSTREAM_CA", orElse(base::pathText(settings.upstreamCa), "the system's store")},
    };
}

} // namespace central_oauth::config
