// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/logging/Logger.h"

#include "JsonText.h"
#include "central_oauth/base/SdkNames.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/logging/Redaction.h"
#include "central_oauth/logging/RequestScope.h"

#include <algorithm>
#include <array>
#include <type_traits>

namespace central_oauth::logging {

namespace {

constexpr std::size_t longestText = 2048;
constexpr std::size_t usualLine = 640; // an access line; a longer one makes the text grow
constexpr std::string_view requestIdName = "request_id";

void appendText(std::string& line, std::string_view text) {
    // Nearly every text is written as it is.
    if (text.size() <= longestText && base::isPlainJson(text) && !holdsCredential(text)) {
        line.append(1, '"').append(text).append(1, '"');
        return;
    }
    appendJsonString(line, cutText(redact(text), longestText));
}

void appendName(std::string& line, std::string_view name) {
    constexpr std::array<std::string_view, 4> reserved{"time", "level", "channel", "message"};
    line += ',';
    // A second member of the same name would let a plugin's field hide the line's own.
    if (std::find(reserved.begin(), reserved.end(), name) != reserved.end())
        appendText(line, std::string(name) + '_');
    else
        appendText(line, name);
    line += ':';
}

void appendField(std::string& line, const Field& field) {
    appendName(line, field.name());
    std::visit(
        [&line, &field](const auto& value) {
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, std::string_view>) {
                if (isSensitiveName(field.name()))
                    line += "\"[redacted]\"";
                else
                    appendText(line, value);
            } else if constexpr (std::is_same_v<Value, bool>) {
                line += value ? "true" : "false";
            } else if constexpr (std::is_same_v<Value, double>) {
                appendJsonNumber(line, value);
            } else {
                line += std::to_string(value);
            }
        },
        field.value());
}

bool contains(std::span<const Field> fields, std::string_view name) {
    return std::any_of(fields.begin(), fields.end(),
                       [name](const Field& field) { return field.name() == name; });
}

void appendScope(std::string& line, std::span<const Field> fieldsOfCall) {
    const RequestScope* scope = RequestScope::current();
    if (scope == nullptr)
        return;
    if (!RequestScope::requestId().empty()) {
        line += ",\"request_id\":";
        appendText(line, RequestScope::requestId());
    }
    for (const Field& field : scope->fields()) {
        if (!contains(fieldsOfCall, field.name()))
            appendField(line, field);
    }
}

std::string makeLine(std::chrono::system_clock::time_point time, LogLevel level, std::string_view channel,
                     std::string_view message, std::span<const Field> fields) {
    std::string line;
    line.reserve(usualLine);
    line += "{\"time\":\"";
    line += base::formatRfc3339Millis(time);
    line += "\",\"level\":\"";
    line += base::nameOf(level);
    line += "\",\"channel\":";
    appendText(line, channel);
    line += ",\"message\":";
    appendText(line, message);
    appendScope(line, fields);
    const bool hasRequestId = !RequestScope::requestId().empty();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        // The last of several equal names counts, but nothing replaces the request id.
        const bool isReplaced = contains(fields.subspan(i + 1), fields[i].name()) ||
                                (hasRequestId && fields[i].name() == requestIdName);
        if (!isReplaced)
            appendField(line, fields[i]);
    }
    line += "}\n";
    return line;
}

} // namespace

void Logger::log(LogLevel level, std::string_view channel, std::string_view message,
                 std::span<const Field> fields) noexcept {
    if (!enabled(level))
        return;
    try {
        _sink.load()->write(makeLine(_clock.now(), level, channel, message, fields));
    } catch (...) {
        // Logging never fails its caller, and can't report its failure anywhere.
        return;
    }
}

void Logger::logAlways(LogLevel level, std::string_view channel, std::string_view message,
                       std::span<const Field> fields) noexcept {
    try {
        _sink.load()->writeAudit(makeLine(_clock.now(), level, channel, message, fields));
    } catch (...) {
        // As in log.
        return;
    }
}

void Channel::debug(std::string_view message, std::initializer_list<Field> fields) const noexcept {
    _logger->log(LogLevel::debug, _name, message, fields);
}

void Channel::info(std::string_view message, std::initializer_list<Field> fields) const noexcept {
    _logger->log(LogLevel::info, _name, message, fields);
}

void Channel::warning(std::string_view message, std::initializer_list<Field> fields) const noexcept {
    _logger->log(LogLevel::warning, _name, message, fields);
}

void Channel::error(std::string_view message, std::initializer_list<Field> fields) const noexcept {
    _logger->log(LogLevel::error, _name, message, fields);
}

void Channel::always(std::string_view message, std::span<const Field> fields) const noexcept {
    _logger->logAlways(LogLevel::info, _name, message, fields);
}

void Channel::write(LogLevel level, std::string_view message,
                    const std::vector<provider::LogField>& fields) noexcept {
    if (!enabled(level))
        return;
    try {
        std::vector<Field> borrowed;
        borrowed.reserve(fields.size());
        for (const auto& field : fields)
            borrowed.emplace_back(field.name, field.value);
        _logger->log(level, _name, message, borrowed);
    } catch (...) {
        // As in Logger::log.
        return;
    }
}

} // namespace central_oauth::logging
