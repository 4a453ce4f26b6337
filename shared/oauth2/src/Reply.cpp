// SPDX-License-Identifier: Apache-2.0
// Maps HTTP failures to kinds of ProviderError, and parses Retry-After.
#include "central_oauth/oauth2/Reply.h"

#include <algorithm>

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>
#include <Poco/NumberParser.h>

namespace central_oauth::oauth2 {

using provider::ProviderError;
using provider::ProviderErrorKind;

namespace {

ProviderErrorKind unanswered(Effect effect) {
    return effect == Effect::spends ? ProviderErrorKind::ambiguous : ProviderErrorKind::transient;
}

provider::HttpResponse sendOnce(const provider::Context& context, const provider::HttpRequest& request,
                                Effect effect, const std::string& what) {
    try {
        return context.http.send(request);
    } catch (const provider::HttpError& error) {
        const bool unsent = error.failure() == provider::HttpFailure::notSent;
        throw ProviderError(unsent ? ProviderErrorKind::transient : unanswered(effect),
                            what + ": " + error.what(), std::nullopt, error.localFault());
    }
}

} // namespace

provider::HttpResponse sendChecked(const provider::Context& context, const provider::HttpRequest& request,
                                   Effect effect, const std::string& what) {
    provider::HttpResponse response = sendOnce(context, request, effect, what);
    const std::string detail = what + " answered status " + std::to_string(response.status);
    if (response.status == 429)
        throw ProviderError(ProviderErrorKind::rateLimited, detail, retryAfterOf(response, context.clock));
    if (response.status >= 500 || response.status == 408)
        throw ProviderError(unanswered(effect), detail, retryAfterOf(response, context.clock));
    return response;
}

std::optional<std::chrono::seconds> retryAfterOf(const provider::HttpResponse& response,
                                                 const provider::Clock& clock) {
    using std::chrono::seconds;
    constexpr seconds longest = std::chrono::hours(24);
    const auto field = response.headers.find("retry-after");
    if (field == response.headers.end())
        return std::nullopt;
    unsigned number = 0;
    if (Poco::NumberParser::tryParseUnsigned(field->second, number))
        return std::min(seconds(number), longest);
    Poco::DateTime date;
    int zone = 0;
    // Poco's parser accepts nearly anything as a date, so formatting the result must return the same text.
    if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::HTTP_FORMAT, field->second, date, zone) ||
        Poco::DateTimeFormatter::format(date, Poco::DateTimeFormat::HTTP_FORMAT) != field->second)
        return std::nullopt;
    const seconds now = std::chrono::floor<seconds>(clock.now()).time_since_epoch();
    return std::clamp(seconds(date.timestamp().epochTime()) - now, seconds(0), longest);
}

} // namespace central_oauth::oauth2
