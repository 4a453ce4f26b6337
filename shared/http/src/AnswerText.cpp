// SPDX-License-Identifier: Apache-2.0
#include "AnswerText.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timestamp.h>

namespace central_oauth::http {

namespace {

void addField(std::string& text, std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
}

} // namespace

std::string dateNow() {
    return Poco::DateTimeFormatter::format(Poco::Timestamp(), Poco::DateTimeFormat::HTTP_FORMAT);
}

std::string answerText(const Response& answer, const AnswerForm& form) {
    constexpr std::size_t usualHead = 768;
    std::string text;
    text.reserve(usualHead + answer.body().size());
    text.append("HTTP/1.1 ").append(std::to_string(answer.status())).append(" ");
    text.append(Poco::Net::HTTPResponse::getReasonForStatus(
        static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status())));
    text.append("\r\n");
    addField(text, "Date", form.date);
    addField(text, "Connection", form.keepAlive ? "keep-alive" : "close");
    for (const auto& field : answer.headers())
        addField(text, field.name, field.value);
    if (!answer.contentType().empty())
        addField(text, "Content-Type", answer.contentType());
    // RFC 9110 section 8.6: neither has a length to tell.
    const bool bodiless = answer.status() == 204 || answer.status() == 304;
    if (!bodiless)
        addField(text, "Content-Length", std::to_string(answer.body().size()));
    text.append("\r\n");
    if (!bodiless && !form.headOnly)
        text.append(answer.body());
    return text;
}

} // namespace central_oauth::http
