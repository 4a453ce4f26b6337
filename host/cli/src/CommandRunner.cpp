// SPDX-License-Identifier: Apache-2.0
// Runs the command and turns its exceptions into a message and an exit status.
#include "central_oauth/cli/CommandRunner.h"

#include "central_oauth/cli/AccountsCommand.h"
#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/cli/Completion.h"
#include "central_oauth/cli/ConfigCommand.h"
#include "central_oauth/cli/ExplainCommand.h"
#include "central_oauth/cli/Failure.h"
#include "central_oauth/cli/LoginCommand.h"
#include "central_oauth/cli/PrintableText.h"
#include "central_oauth/cli/RevokeCommand.h"
#include "central_oauth/cli/TokenCommand.h"

namespace central_oauth::cli {

ExitCode CommandRunner::run(const std::vector<std::string>& arguments) {
    const ExitCode code = guardedRun(arguments);
    // Without this output, eval "$(central-oauth token --format env)" would succeed, and a script would go
    // on.
    if (code != ExitCode::success && isForEval(arguments))
        _terminal.output() << failureForEval << std::flush;
    return code;
}

ExitCode CommandRunner::guardedRun(const std::vector<std::string>& arguments) {
    try {
        dispatch(arguments);
        _terminal.output().flush();
        if (_terminal.output() && (!_surroundings.outputArrived || _surroundings.outputArrived()))
            return ExitCode::success;
        return report(lostOutput());
    } catch (const Failure& failure) {
        return report(failure);
    } catch (const UnreadableAnswer& error) {
        return report(failureOf(error));
    } catch (const Interrupted&) {
        _terminal.clearProgress();
        return ExitCode::interrupted;
    } catch (const std::exception& error) {
        return report(Failure(ExitCode::unexpected, "unexpected: " + printable(error.what()),
                              "report this to the maintainers, with " + versionText()));
    }
}

void CommandRunner::dispatch(const std::vector<std::string>& arguments) {
    Invocation invocation = parseCommandLine(arguments);
    invocation.noInput = invocation.noInput || !_surroundings.variable("CI").value_or("").empty();
    if (invocation.noInput)
        _terminal.refuseInput();
    switch (invocation.command) {
    case Command::help:
        inform(helpText(invocation.operand), arguments);
        return;
    case Command::version:
        inform(versionText() + '\n', arguments);
        return;
    case Command::completion:
        _terminal.output() << bashCompletion();
        return;
    case Command::config:
        ConfigCommand(_terminal, _surroundings.variable, invocation).run();
        return;
    case Command::login:
    case Command::token:
    case Command::accounts:
    case Command::explain:
    case Command::revoke:
        callServer(invocation);
        return;
    }
}

void CommandRunner::inform(const std::string& text, const std::vector<std::string>& arguments) {
    const bool isEvaluated = isForEval(arguments);
    (isEvaluated ? _terminal.messages() : _terminal.output()) << text << std::flush;
    if (isEvaluated)
        _terminal.output() << failureForEval;
}

void CommandRunner::callServer(const Invocation& invocation) {
    const ClientSettings settings = readClientSettings(_surroundings.variable, invocation.caFile);
    _terminal.warn(settings.warnings);
    const std::shared_ptr<const provider::HttpClient> http = _surroundings.connect(settings);
    ApiClient api(*http, _waiter, settings, invocation.subject);
    if (invocation.command == Command::login)
        login(api, settings.url, invocation);
    else if (invocation.command == Command::token)
        TokenCommand(api, _terminal, invocation, _surroundings.variable).run();
    else if (invocation.command == Command::accounts)
        AccountsCommand(api, _terminal, invocation).run();
    else if (invocation.command == Command::explain)
        ExplainCommand(api, _terminal, invocation).run();
    else
        RevokeCommand(api, _terminal, invocation).run();
}

void CommandRunner::login(ApiClient& api, const std::string& url, const Invocation& invocation) {
    PendingLogins kept(settingsFolder(_surroundings.variable), url, _clock);
    LoginCommand command({api, _waiter, _terminal, kept, _surroundings.variable, _surroundings.startProgram},
                         invocation);
    if (invocation.cancel)
        command.cancelKept();
    else
        command.run();
}

ExitCode CommandRunner::report(const Failure& failure) {
    std::ostream& out = _terminal.messages();
    out << _terminal.styled(Terminal::Style::bad, "central-oauth:") << ' ' << failure.what() << '\n';
    if (!failure.serverText().empty())
        out << "  server: " << failure.serverText() << '\n';
    if (!failure.requestId().empty())
        out << "  request id: " << failure.requestId() << '\n';
    out << "  next: " << failure.next() << std::endl;
    return failure.code();
}

} // namespace central_oauth::cli
