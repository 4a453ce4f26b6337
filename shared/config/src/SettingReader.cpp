// SPDX-License-Identifier: Apache-2.0
#include "SettingReader.h"

#include "Duration.h"
#include "ForeignObjection.h"
#include "central_oauth/base/Text.h"

#include <utility>

namespace central_oauth::config {

namespace {

std::optional<Objection> objectionToForeign(ValueType type, std::string_view value) {
    if (type == ValueType::path)
        return objectionToEnds(value, LooseText::path);
    if (type == ValueType::text)
        return objectionToEnds(value, LooseText::prose);
    if (type == ValueType::networks || type == ValueType::providers)
        return objectionToList(value);
    return objectionToCharacters(value);
}

} // namespace

std::optional<std::string> SettingReader::text(std::string_view name) {
    const auto value = _environment.find(name);
    const SettingSpec& spec = *findSetting(name);
    if (value) {
        auto foreign = objectionToForeign(spec.type, *value);
        if (!foreign)
            return std::string(*value);
        fault(name, std::move(*foreign));
    }
    const auto fallback = spec.defaultValue;
    return fallback.empty() ? std::nullopt : std::optional(std::string(fallback));
}

std::int64_t SettingReader::number(std::string_view name, std::int64_t whenUnset) {
    const auto value = text(name);
    if (!value)
        return whenUnset;
    const SettingSpec& spec = *findSetting(name);
    const auto number = base::isNumber(*value) ? base::parseNumber<std::int64_t>(*value) : std::nullopt;
    if (number && *number >= spec.least && *number <= spec.most)
        return *number;
    const std::string range = std::to_string(spec.least) + " to " + std::to_string(spec.most);
    fault(name, "is not a whole number from " + range, "write digits only, a number from " + range);
    return spec.least;
}

std::int64_t SettingReader::number(std::string_view name) {
    return number(name, 0);
}

std::chrono::seconds SettingReader::duration(std::string_view name) {
    const SettingSpec& spec = *findSetting(name);
    const std::chrono::seconds least(spec.least);
    const std::chrono::seconds most(spec.most);
    const auto duration = parseDuration(text(name).value_or(""));
    if (duration && *duration >= least && *duration <= most)
        return *duration;
    fault(name, "is not a duration from " + durationText(least) + " to " + durationText(most),
          "write a whole number followed by d, h, m or s, or a number of seconds, as in " +
              std::string(spec.defaultValue));
    return least;
}

void SettingReader::fault(std::string_view name, std::string problem, std::string fix) {
    _report.faults.push_back({std::string(name), std::move(problem), std::move(fix)});
}

void SettingReader::fault(std::string_view name, Objection objection) {
    fault(name, std::move(objection.problem), std::move(objection.fix));
}

void SettingReader::fault(Fault fault) {
    _report.faults.push_back(std::move(fault));
}

void SettingReader::warning(std::string_view name, std::string text) {
    _report.warnings.push_back({std::string(name), std::move(text)});
}

} // namespace central_oauth::config
