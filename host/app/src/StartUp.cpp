// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/app/StartUp.h"

#include "central_oauth/app/TestHooks.h"
#include "central_oauth/config/ProviderSettings.h"
#include "central_oauth/config/SettingsTable.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace central_oauth::app {

namespace {

std::shared_ptr<const http::TlsContext> openTls(const config::TlsFiles& files, config::Report& report) {
    try {
        return std::make_shared<http::TlsContext>(http::TlsFiles{files.certificate, files.key});
    } catch (const http::TlsError& failure) {
        report.faults.push_back({"CENTRAL_OAUTH_TLS_CERT",
                                 "or CENTRAL_OAUTH_TLS_KEY can't be used: " + failure.problem(),
                                 failure.fix()});
        return nullptr;
    }
}

bool hasTlsFault(const config::Report& report) {
    return std::any_of(report.faults.begin(), report.faults.end(),
                       [](const auto& fault) { return fault.setting.starts_with("CENTRAL_OAUTH_TLS_"); });
}

} // namespace

StartUp::StartUp(StartScope scope, const base::Clock& clock, logging::Logger& logger) {
    const auto environment = config::Environment::fromProcess();
    readHostSettings(environment);
    if (scope == StartScope::storeOnly) {
        config::Environment::eraseSecrets(config::variablesToErase(environment, {}));
        return;
    }
    if (_settings.tls && !hasTlsFault(_report))
        _listenerTls = openTls(*_settings.tls, _report);
    auto plans = readProviderPlans(environment, _settings, _report, _description);
    scrubEnvironment(environment, plans.providers);
    _providers.emplace(std::move(plans), _settings, clock, logger, _report);
}

void StartUp::readHostSettings(const config::Environment& environment) {
    auto loaded = config::load(environment);
    _settings = std::move(loaded.settings);
    _report = std::move(loaded.report);
    std::vector<std::string> keyFaults;
    if (!_settings.keyRing.empty())
        _keys = crypto::KeyRing::parse(_settings.keyRing, keyFaults);
    for (const auto& fault : keyFaults)
        _report.faults.push_back({"CENTRAL_OAUTH_KEY_RING", "can't be used: " + fault,
                                  "Write each key as 64 hexadecimal digits."});
    _description = config::describe(_settings);
    _settings.keyRing.clear(); // the ring keeps them in locked memory
}

// Warns of unknown variables, and removes possible secrets from the process's environment.
void StartUp::scrubEnvironment(const config::Environment& environment,
                               const std::vector<ProviderPlan>& plans) {
    std::vector<std::string> known;
    std::vector<std::string> plain;
    for (const auto& plan : plans) {
        known.insert(known.end(), plan.variables.begin(), plan.variables.end());
        std::copy_if(
            plan.variables.begin(), plan.variables.end(), std::back_inserter(plain), [&](const auto& name) {
                return std::find(plan.secrets.begin(), plan.secrets.end(), name) == plan.secrets.end();
            });
    }
    const auto testNames = hasTestHooks() ? config::TestNames::known : config::TestNames::unknown;
    for (auto& warning : config::unknownNames(environment, known, testNames))
        _report.warnings.push_back(std::move(warning));
    config::Environment::eraseSecrets(config::variablesToErase(environment, plain));
}

std::shared_ptr<const http::TlsContext> StartUp::readTls(config::Report& report) const {
    config::checkTlsFiles(*_settings.tls, report);
    return report.hasFaults() ? nullptr : openTls(*_settings.tls, report);
}

} // namespace central_oauth::app
