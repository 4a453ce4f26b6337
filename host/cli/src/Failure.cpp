// SPDX-License-Identifier: Apache-2.0
// Maps the server's errors to exit statuses and next steps.
#include "central_oauth/cli/Failure.h"

#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/PrintableText.h"

namespace central_oauth::cli {

namespace {

struct Meaning {
    ExitCode code;
    std::string next;
};

Meaning refusalMeaning(const ServerError& error) {
    if (error.error == "insufficient_scope")
        return {ExitCode::keyRefused, "ask the operator for a client key with the scope this command needs"};
    return {ExitCode::declinedOrExpired, "see the reason above, then try again"};
}

Meaning busyMeaning(const ServerError& error) {
    if (error.cause == "operator")
        return {ExitCode::unreachable,
                "this is for the operator of the server: tell them the request id; trying again does not "
                "help before that"};
    const std::string when =
        error.retryAfter ? "in " + spokenDuration(*error.retryAfter) : std::string("in a moment");
    return {ExitCode::unreachable,
            "try again " + when + "; if it stays so, tell the operator the request id"};
}

Meaning meaningOf(const ServerError& error) {
    switch (error.status) {
    case 400:
        // The server's hint for a client registered with --require-subject.
        if (error.hint.find("which of its users") != std::string::npos)
            return {ExitCode::usage,
                    "this key is meant for a server with several users: name the one you mean with --subject "
                    "S, where S is that server's own id of the user"};
        if (error.hint.find("send on_behalf_of") != std::string::npos)
            return {ExitCode::usage,
                    "say who asks with --on-behalf-of NAME, the name that the person who approves "
                    "knows that user by"};
        if (error.hint.find("no provider of that name") != std::string::npos)
            return {ExitCode::usage, "ask the operator for the names of the configured providers"};
        if (error.error == "invalid_request")
            return {ExitCode::usage, "correct the command line; central-oauth --help lists the options"};
        break;
    case 401:
        return {ExitCode::keyRefused, "see which key is used: central-oauth config; the operator makes a new "
                                      "one with: central-oauthd client add NAME"};
    case 403:
        return refusalMeaning(error);
    case 404:
        return {ExitCode::unknownAccount, "list your accounts with: central-oauth accounts"};
    case 410:
        return {ExitCode::declinedOrExpired, "start again with: central-oauth login PROVIDER"};
    case 412:
        return {ExitCode::grantDead, "link it again with: central-oauth login PROVIDER"};
    case 408:
    case 429:
        return busyMeaning(error);
    default:
        if (error.status >= 500 && error.status != 501)
            return busyMeaning(error);
        break;
    }
    return {ExitCode::unexpected, "tell the operator the request id; this client is " + versionText()};
}

std::string serverTextOf(const ServerError& error) {
    std::string text = error.description.empty() ? error.error : error.description;
    for (const std::string* part : {&error.reason, &error.hint})
        if (!part->empty())
            text += (text.empty() ? "" : " - ") + *part;
    if (text.empty())
        text = "HTTP status " + std::to_string(error.status);
    return text;
}

} // namespace

ApiError::ApiError(ServerError error)
    : std::runtime_error("HTTP status " + std::to_string(error.status)), _error(std::move(error)) {}

Failure failureOf(const ApiError& error, const std::string& problem) {
    Meaning meaning = meaningOf(error.error());
    Failure failure(meaning.code, problem, std::move(meaning.next));
    failure.withServer(serverTextOf(error.error()), error.error().requestId);
    return failure;
}

Failure failureOf(const Unreachable& error, const std::string& problem) {
    if (!error.fix().empty())
        return Failure(ExitCode::unreachable, problem + ": " + printable(error.what()), error.fix());
    return Failure(ExitCode::unreachable, problem + ": " + printable(error.what()),
                   error.outcomeUnknown()
                       ? "the request may have been carried out; look with: central-oauth accounts"
                       : "check that the server runs and that CENTRAL_OAUTH_URL is right (see: central-oauth "
                         "config), then try again");
}

Failure lostOutput() {
    return Failure(ExitCode::unexpected, "standard output could not be written",
                   "check the disk or the program that reads it");
}

Failure failureOf(const UnreadableAnswer& error) {
    return Failure(ExitCode::unexpected,
                   "the server answered something this client does not understand: " +
                       printable(error.what()),
                   "check that CENTRAL_OAUTH_URL names a Central OAuth server and that it is not newer than "
                   "this client, " +
                       versionText());
}

} // namespace central_oauth::cli
