// SPDX-License-Identifier: Apache-2.0
// What a running service reads again when the operator asks for it.
#include "central_oauth/app/Composition.h"

#include <utility>

namespace central_oauth::app {

namespace {

void logWarnings(const config::Report& report, const logging::Channel& log) {
    for (const auto& warning : report.warnings)
        log.warning("warning in the settings", {{"setting", warning.setting}, {"problem", warning.text}});
}

} // namespace

void Composition::reload() {
    const auto secrets = _startUp.providers().reloadSecrets();
    for (const auto& secret : secrets)
        note(secret);
    if (_startUp.settings().tls)
        reloadTls();
    else if (secrets.empty())
        _log.info("nothing to read again: there are no TLS files, and no client secret is in a file");
}

void Composition::note(const SecretReload& secret) {
    logWarnings(secret.report, _log);
    for (const auto& fault : secret.report.faults)
        _log.error("cannot read the client secret again; the one read before stays in use",
                   {{"provider", secret.provider},
                    {"setting", fault.setting},
                    {"problem", fault.problem},
                    {"fix", fault.fix}});
    if (secret.report.hasFaults())
        return;
    _log.info("client secret read again", {{"provider", secret.provider}, {"changed", secret.hasChanged}});
    // Failures of the earlier secret must not hold back the first refresh with the new one.
    if (secret.hasChanged)
        _refresher.forgetMisconfiguration(secret.provider);
}

void Composition::reloadTls() {
    config::Report report;
    auto tls = _startUp.readTls(report);
    logWarnings(report, _log);
    for (const auto& fault : report.faults)
        _log.error("cannot read the TLS files; those read before stay in use",
                   {{"setting", fault.setting}, {"problem", fault.problem}, {"fix", fault.fix}});
    if (tls)
        useTls(std::move(tls), "certificate read again");
}

} // namespace central_oauth::app
