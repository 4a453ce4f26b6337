// SPDX-License-Identifier: Apache-2.0
// The executable central-oauth: gives the commands the real terminal, clock, environment and network.
#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/cli/BrowserLauncher.h"
#include "central_oauth/cli/CommandRunner.h"
#include "central_oauth/cli/ConsoleInput.h"
#include "central_oauth/cli/Failure.h"
#include "central_oauth/cli/InterruptibleHttpClient.h"
#include "central_oauth/cli/StopRequest.h"
#include "central_oauth/httpclient/TlsInitialisation.h"
#include "central_oauth/httpclient/UpstreamHttpClient.h"
#include "central_oauth/platform/InterruptWatch.h"
#include "central_oauth/platform/PrivateMemory.h"
#include "central_oauth/platform/Process.h"
#include "central_oauth/platform/StandardStreams.h"

#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <Poco/Environment.h>

namespace {

using namespace central_oauth;

std::optional<std::string> variable(const std::string& name) {
    if (!Poco::Environment::has(name))
        return std::nullopt;
    return Poco::Environment::get(name);
}

std::shared_ptr<const provider::HttpClient> connect(const cli::ClientSettings& settings,
                                                    const std::shared_ptr<cli::StopRequest>& stop) {
    httpclient::UpstreamHttpOptions options;
    options.allowedOrigins = {settings.url};
    options.extraCaFile = std::u8string(settings.caFile.begin(), settings.caFile.end());
    options.extraCaRole = platform::FileRole::personalAuthorities;
    options.extraCaSetting = settings.caSource;
    options.httpsProxy = settings.httpsProxy;
    options.httpsProxySetting = settings.proxySetting;
    options.noProxy = settings.noProxy;
    options.userAgent = "central-oauth-cli/" CENTRAL_OAUTH_VERSION;
    try {
        return std::make_shared<cli::InterruptibleHttpClient>(
            std::make_shared<httpclient::UpstreamHttpClient>(options), stop);
    } catch (const base::Error& error) {
        throw cli::Failure(
            cli::ExitCode::usage, std::string("the connection can't be set up: ") + error.what(),
            "correct the url, the ca file or " + settings.proxySetting + "; see: central-oauth config");
    }
}

cli::ExitCode runCommand(const std::vector<std::string>& arguments) {
    platform::prepareStreams();
    const auto stop = std::make_shared<cli::StopRequest>();
    const platform::InterruptWatch signals([stop] { stop->request(); });
    cli::Terminal terminal(std::cout, std::cerr, cli::prepareTerminal(),
                           [&stop](bool hidden, const std::function<void()>& ready) {
                               return cli::readConsoleLine(stop, hidden, ready);
                           });
    const httpclient::TlsInitialisation tls;
    cli::StoppableWaiter waiter(stop);
    const base::SystemClock clock;
    const auto connectTo = [&](const cli::ClientSettings& settings) { return connect(settings, stop); };
    cli::CommandRunner runner(terminal, waiter, clock, {variable, connectTo, cli::startApart, [] {
                                                            return !platform::checkOutput();
                                                        }});
    const cli::ExitCode code = runner.run(arguments);
    if (code == cli::ExitCode::interrupted || stop->hasLeftBehind()) {
        // An abandoned exchange or read may still run on its thread and must not use destroyed statics.
        std::cout.flush();
        std::_Exit(static_cast<int>(code));
    }
    return code;
}

int guardedRun(const std::vector<std::string>& arguments) {
    platform::keepMemoryPrivate();
    try {
        return static_cast<int>(runCommand(arguments));
    } catch (const std::exception& error) {
        if (cli::isForEval(arguments))
            std::cout << cli::failureForEval << std::flush;
        std::cerr << "central-oauth: could not start: " << error.what()
                  << "\n  next: check the installation of OpenSSL and its certificates" << std::endl;
        return static_cast<int>(cli::ExitCode::unexpected);
    }
}

} // namespace

int main(int count, char** words) {
    return guardedRun(platform::argumentsOf(count, words));
}
