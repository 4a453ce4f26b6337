// SPDX-License-Identifier: Apache-2.0
// Status line, fields, body.
#include "AnswerText.h"

#include "central_oauth/base/PerThread.h"

#include <ctime>

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timestamp.h>

namespace central_oauth::http {

namespace {

void addField(std::string& text, std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
}

// Returns the date of an answer made now (RFC 9110 section 6.6.1). It changes once a second.
const std::string& dateNow() {
    struct Date {
        std::time_t second = 0;
        std::string text;
    };
    auto& [second, date] = base::PerThread<Date>::get();
    const Poco::Timestamp now;
    if (date.empty() || now.epochTime() != second) {
        second = now.epochTime();
        date = Poco::DateTimeFormatter::format(now, Poco::DateTimeFormat::HTTP_FORMAT);
    }
    return date;
}

} // namespace

std::string answerText(const Response& answer, const AnswerForm& form) {
    constexpr std::size_t usualHead = 768;
    std::string text;
    text.reserve(usualHead + answer.body().size());
    text.append("HTTP/1.1 ").append(std::to_string(answer.status())).append(" ");
    text.append(Poco::Net::HTTPResponse::getReasonForStatus(
        static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status())));
    text.append("\r\n");
    addField(text, "Date", dateNow());
    addField(text, "Connection", form.keepAlive ? "keep-alive" : "close");
    if (form.keepAlive && form.keepAliveFor.count() > 0)
        addField(text, "Keep-Alive", "timeout=" + std::to_string(form.keepAliveFor.count()));
    text.append(answer.block().text());
    for (const auto& field : answer.headers())
        addField(text, field.name, field.value);
    if (!answer.contentType().empty())
        addField(text, "Content-Type", answer.contentType());
    // RFC 9110 section 8.6: these have no Content-Length.
    const bool bodiless = answer.status() == 204 || answer.status() == 304;
    if (!bodiless)
        addField(text, "Content-Length", std::to_string(answer.body().size()));
    text.append("\r\n");
    if (!bodiless && !form.headOnly)
        text.append(answer.body());
    return text;
}

} // namespace central_oauth::http
