// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/config/ProviderSettings.h"

#include "ForeignObjection.h"
#include "SecretSource.h"
#include "Url.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/config/SettingsTable.h"

#include <algorithm>

namespace central_oauth::config {

namespace {

constexpr std::string_view dataCenter = "datacenter";

// Returns the tokens separated by single spaces. Returns nullopt if one is invalid or there is none.
std::optional<std::string> parseScopes(std::string_view text) {
    std::string scopes;
    for (text = base::trim(text); !text.empty(); text = base::trim(text)) {
        const auto token = text.substr(0, text.find(' '));
        if (!base::consistsOf(token, base::isScopeCharacter))
            return std::nullopt;
        scopes += (scopes.empty() ? "" : " ") + std::string(token);
        text.remove_prefix(token.size());
    }
    return scopes.empty() ? std::nullopt : std::optional(scopes);
}

// Returns whether the setting is an id issued by upstream, such as CLIENT_ID, which must be copied exactly.
bool isId(const provider::SettingSpec& spec) {
    return spec.type == provider::SettingType::text && spec.key.ends_with("_ID");
}

std::optional<Objection> objectionToForeign(const provider::SettingSpec& spec, std::string_view text) {
    if (spec.type == provider::SettingType::text && !isId(spec))
        return objectionToEnds(text, LooseText::prose);
    if (spec.type == provider::SettingType::scopeList)
        return objectionToEnds(base::trim(text), LooseText::path);
    return objectionToCharacters(text);
}

// Returns the value in the form that a plugin gets.
std::optional<std::string> parseValue(const provider::SettingSpec& spec, const std::string& text,
                                      Objection& why) {
    if (auto foreign = objectionToForeign(spec, text)) {
        why = *foreign;
        return std::nullopt;
    }
    switch (spec.type) {
    case provider::SettingType::text:
    case provider::SettingType::secret:
        return text;
    case provider::SettingType::url:
        return parseUrl(text, QueryRule::refused, why) ? std::optional(text) : std::nullopt;
    case provider::SettingType::scopeList:
        why = {"is not a list of scopes", "separate the scopes with spaces, without quotes and backslashes"};
        return parseScopes(text);
    case provider::SettingType::choice:
        why = {"is not one of its choices", "write one of: " + base::join(spec.choices, ", ")};
        return std::find(spec.choices.begin(), spec.choices.end(), text) != spec.choices.end()
                   ? std::optional(text)
                   : std::nullopt;
    case provider::SettingType::flag:
        why = {"is neither on nor off", "write on or off"};
        return text == "on" || text == "off" ? std::optional(text) : std::nullopt;
    }
    why = {"has a type that this version does not know", "use a plugin made for this version"};
    return std::nullopt;
}

/// Reads the settings of a provider.
class ProviderReader {
public:
    ProviderReader(const Environment& environment, const std::string& name, Report& report)
        : _environment(environment), _name(name), _report(report) {}

    void read(const provider::SettingSpec& spec) {
        if (spec.type == provider::SettingType::secret)
            readSecretSetting(spec);
        else
            readTextSetting(spec);
    }

    void warnOfLater(const LaterSetting& setting) {
        const auto variable = providerVariable(_name, setting.name);
        const auto value = _environment.find(variable);
        if (!value)
            return;
        // If it were run as Cloud, it would deliver accounts of another server than the operator wants.
        if (setting.name == "DEPLOYMENT" && base::lower(*value) == dataCenter)
            refuseDataCenter(variable);
        else
            _report.warnings.push_back({variable, laterText(setting)});
    }

    [[nodiscard]] provider::Settings take() { return std::move(_settings); }

private:
    void readSecretSetting(const provider::SettingSpec& spec) {
        auto reading = readSecret(_environment, providerVariable(_name, spec.key), _report);
        if (reading.value)
            _settings.setSecret(spec.key, std::move(*reading.value));
        else if (!reading.given && !spec.defaultValue.empty())
            _settings.setSecret(spec.key, provider::Secret(spec.defaultValue));
        else if (!reading.given && spec.required)
            missing(spec);
    }

    void readTextSetting(const provider::SettingSpec& spec) {
        const auto variable = providerVariable(_name, spec.key);
        const auto text = _environment.find(variable);
        if (text) {
            Objection why;
            if (auto value = parseValue(spec, std::string(*text), why))
                _settings.set(spec.key, std::move(*value));
            else if (spec.key == "DEPLOYMENT" && base::lower(*text) == dataCenter)
                refuseDataCenter(variable);
            else
                _report.faults.push_back({variable, why.problem, why.fix});
        } else if (!spec.defaultValue.empty()) {
            _settings.set(spec.key, spec.defaultValue);
        } else if (spec.required) {
            missing(spec);
        }
    }

    void refuseDataCenter(const std::string& variable) {
        _report.faults.push_back({variable, "asks for Data Center, which is not in this release yet",
                                  "remove it, or write cloud"});
    }

    void missing(const provider::SettingSpec& spec) {
        const std::string help(base::trimEnd(spec.help, "."));
        _report.faults.push_back({providerVariable(_name, spec.key),
                                  "is required by the provider " + _name + " and not set",
                                  help.empty() ? "set it, or leave the provider out" : "set it: " + help});
    }

    const Environment& _environment;
    const std::string& _name;
    Report& _report;
    provider::Settings _settings;
};

} // namespace

std::vector<std::string> providerVariables(std::string_view providerName,
                                           const std::vector<provider::SettingSpec>& specs) {
    std::vector<std::string> names;
    for (const auto& spec : specs) {
        names.push_back(providerVariable(providerName, spec.key));
        if (spec.type == provider::SettingType::secret)
            names.push_back(names.back() + "_FILE");
    }
    for (const auto& spec : hostSettingSpecs())
        names.push_back(providerVariable(providerName, spec.key));
    for (const auto& setting : laterProviderSettings())
        names.push_back(providerVariable(providerName, setting.name));
    return names;
}

std::vector<std::string> providerSecretVariables(std::string_view providerName,
                                                 const std::vector<provider::SettingSpec>& specs) {
    std::vector<std::string> names;
    for (const auto& spec : specs) {
        if (spec.type == provider::SettingType::secret)
            names.push_back(providerVariable(providerName, spec.key));
    }
    return names;
}

provider::Settings readProviderSettings(const Environment& environment, const std::string& providerName,
                                        const std::vector<provider::SettingSpec>& specs, Report& report) {
    ProviderReader reader(environment, providerName, report);
    for (const auto& spec : specs)
        reader.read(spec);
    for (const auto& setting : laterProviderSettings()) {
        const bool declared =
            std::any_of(specs.begin(), specs.end(),
                        [&setting](const provider::SettingSpec& spec) { return spec.key == setting.name; });
        if (!declared)
            reader.warnOfLater(setting);
    }
    return reader.take();
}

} // namespace central_oauth::config
