// SPDX-License-Identifier: Apache-2.0
// atlassian-sim: options, the ready line, and the wait for a signal.
#include "core/Random.h"
#include "server/SimServer.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <thread>

#include <Poco/Environment.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/NumberParser.h>
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/IntValidator.h>
#include <Poco/Util/OptionProcessor.h>
#include <Poco/Util/OptionSet.h>
#include <Poco/Util/RegExpValidator.h>

namespace {

using central_oauth::simulator::Random;
using central_oauth::simulator::ServerOptions;
using central_oauth::simulator::SimServer;

const char* const secretVariable = "ATLASSIAN_SIM_CONTROL_SECRET";

// As in sysexits.h, which some platforms lack.
constexpr int exitUsage = 64;
constexpr int exitUnavailable = 69;

volatile std::sig_atomic_t stopRequested = 0;

extern "C" void requestStop(int) {
    stopRequested = 1;
}

struct CommandLine {
    ServerOptions server;
    bool help = false;
    bool secretGenerated = false;
};

Poco::Util::OptionSet makeOptions() {
    using Poco::Util::IntValidator;
    using Poco::Util::Option;
    Poco::Util::OptionSet options;
    options.addOption(Option("help", "h", "print this text"));
    options.addOption(Option("port", "p", "port on 127.0.0.1; 0 takes a free one (default)")
                          .argument("N")
                          .validator(new IntValidator(0, 65535)));
    options.addOption(
        Option("control-secret", "s", "what control requests carry in X-Sim-Control").argument("TEXT"));
    options.addOption(
        Option("threads", "t", "server threads (64)").argument("N").validator(new IntValidator(16, 1024)));
    options.addOption(Option("seed", "r", "makes ids and orders repeatable")
                          .argument("N")
                          .validator(new IntValidator(1, 2147483647)));
    options.addOption(Option("tls", "", "serve https with this certificate and key (PEM): --tls CERT KEY")
                          .argument("CERT"));
    options.addOption(Option("tls-version", "", "the only TLS version to offer: 1.0, 1.1, 1.2 or 1.3")
                          .argument("V")
                          .validator(new Poco::Util::RegExpValidator("1\\.[0-3]")));
    return options;
}

void applyOption(const std::string& name, const std::string& value, CommandLine& line) {
    if (name == "help")
        line.help = true;
    else if (name == "port")
        line.server.port = static_cast<std::uint16_t>(Poco::NumberParser::parse(value));
    else if (name == "control-secret")
        line.server.controlSecret = value;
    else if (name == "threads")
        line.server.threads = Poco::NumberParser::parse(value);
    else if (name == "seed")
        line.server.seed = Poco::NumberParser::parseUnsigned64(value);
    else if (name == "tls")
        line.server.certificateFile = value;
    else if (name == "tls-version")
        line.server.tlsVersion = value;
}

/// Throws Poco::Exception for a mistake in the arguments.
CommandLine readCommandLine(int argc, char** argv, const Poco::Util::OptionSet& options) {
    CommandLine line;
    Poco::Util::OptionProcessor processor(options);
    processor.setUnixStyle(true);
    for (int index = 1; index < argc; ++index) {
        std::string name;
        std::string value;
        if (!processor.process(argv[index], name, value)) {
            // The second value of --tls, which Poco's options do not know.
            if (line.server.certificateFile.empty() || !line.server.keyFile.empty())
                throw Poco::InvalidArgumentException(argv[index]);
            line.server.keyFile = argv[index];
            continue;
        }
        if (name.empty())
            continue; // its value is the next argument
        if (options.getOption(name, false).validator() != nullptr)
            options.getOption(name, false).validator()->validate(options.getOption(name, false), value);
        applyOption(name, value, line);
    }
    processor.checkRequired();
    if (line.server.certificateFile.empty() != line.server.keyFile.empty())
        throw Poco::InvalidArgumentException("--tls takes a certificate and a key");
    if (line.server.controlSecret.empty())
        line.server.controlSecret = Poco::Environment::get(secretVariable, "");
    line.secretGenerated = line.server.controlSecret.empty();
    if (line.secretGenerated)
        line.server.controlSecret = Random().base64Url(32);
    return line;
}

void printReady(const SimServer& server, const CommandLine& line) {
    Poco::JSON::Object ready(Poco::JSON_PRESERVE_KEY_ORDER);
    ready.set("event", "ready");
    ready.set("url", server.url());
    ready.set("control_url", server.controlUrl());
    ready.set("control_secret_env", secretVariable);
    if (line.secretGenerated)
        ready.set("control_secret", line.server.controlSecret);
    ready.stringify(std::cout);
    std::cout << std::endl;
}

void waitForSignal() {
    while (stopRequested == 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

} // namespace

int main(int argc, char** argv) {
    const auto options = makeOptions();
    CommandLine line;
    try {
        line = readCommandLine(argc, argv, options);
    } catch (const Poco::Exception& mistake) {
        std::cerr << "atlassian-sim: " << mistake.displayText() << "; see --help" << std::endl;
        return exitUsage;
    }
    if (line.help) {
        Poco::Util::HelpFormatter help(options);
        help.setUnixStyle(true);
        help.setCommand("atlassian-sim");
        help.setUsage("[OPTIONS]");
        help.setHeader("A double of Atlassian's authorization and API servers, for tests.");
        help.format(std::cout);
        return 0;
    }
    std::signal(SIGTERM, requestStop);
    std::signal(SIGINT, requestStop);
    try {
        SimServer server(line.server);
        printReady(server, line);
        waitForSignal();
        server.stop();
    } catch (const Poco::Exception& failure) {
        std::cerr << "atlassian-sim: " << failure.displayText() << std::endl;
        return exitUnavailable;
    }
    return 0;
}
