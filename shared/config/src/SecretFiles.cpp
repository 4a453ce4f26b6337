// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/config/SecretFiles.h"

#include "SecretSource.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/config/ProviderSettings.h"

#include <map>

namespace central_oauth::config {

SecretFiles::SecretFiles(const Environment& environment, std::string_view providerName,
                         const std::vector<provider::SettingSpec>& specs) {
    std::map<std::string, std::string> places;
    const auto take = [&](const std::string& name) {
        if (const auto place = environment.find(name))
            places.emplace(name, *place);
    };
    take(credentialsVariable);
    for (const auto& spec : specs) {
        auto variable = providerVariable(providerName, spec.key);
        if (spec.type != provider::SettingType::secret || !isReadFromFile(environment, variable))
            continue;
        take(variable + "_FILE");
        _items.push_back({spec.key, std::move(variable)});
    }
    _places = Environment(places);
}

SecretFiles::Values SecretFiles::read(Report& report) const {
    Values values;
    for (const auto& [key, variable] : _items) {
        auto reading = readSecret(_places, variable, report);
        if (reading.value)
            values.emplace_back(key, std::move(*reading.value));
        else if (!reading.given) // a missing NAME_FILE is a fault already
            report.faults.push_back({"the credential " + base::lower(variable), "is no longer there",
                                     "let the service manager pass it again"});
    }
    return values;
}

} // namespace central_oauth::config
