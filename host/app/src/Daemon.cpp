// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/app/Daemon.h"

#include "ClientCommands.h"
#include "KeysCommand.h"
#include "PluginCheck.h"
#include "SettingsHelp.h"
#include "StandardStreams.h"
#include "central_oauth/app/Composition.h"
#include "central_oauth/app/TestHooks.h"
#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Thread.h"
#include "central_oauth/logging/LogQueue.h"
#include "central_oauth/logging/LogSink.h"
#include "central_oauth/logging/RotatingFileSink.h"
#include "central_oauth/platform/Process.h"
#include "central_oauth/platform/ServiceManager.h"
#include "central_oauth/platform/Signals.h"
#include "central_oauth/services/AuditLines.h"

#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>

namespace central_oauth::app {

namespace {

/// Logs exceptions of Poco's own threads, which would otherwise end on stderr or in abort().
class LoggingErrorHandler final : public Poco::ErrorHandler {
public:
    explicit LoggingErrorHandler(const logging::Channel& log)
        : _log(log), _before(Poco::ErrorHandler::set(this)) {}
    ~LoggingErrorHandler() override { Poco::ErrorHandler::set(_before); }

    void exception(const Poco::Exception& failure) override { note(failure.className()); }
    void exception(const std::exception&) override { note("std::exception"); }
    void exception() override { note("unknown exception"); }

private:
    // Logs the class only: messages of network errors may quote what was received.
    void note(const char* kind) { _log.debug("a connection ended with an exception", {{"kind", kind}}); }

    logging::Channel _log;
    Poco::ErrorHandler* _before;
};

// Returns how an operator fixes the fault. The store can't say it, because it knows neither settings nor
// commands.
std::string fixOf(store::StoreFault fault, Action action) {
    switch (fault) {
    case store::StoreFault::locked:
        return action == Action::serve
                   ? ""
                   : " Client commands need the database to themselves: stop the daemon, run the "
                     "command, start it again.";
    case store::StoreFault::wrongKey:
        return " The keys stand in CENTRAL_OAUTH_KEY_RING, newest first, or in CENTRAL_OAUTH_SECRET_KEY.";
    case store::StoreFault::failed:
        return "";
    }
    return "";
}

int exitCodeOf(store::StoreFault fault) noexcept {
    switch (fault) {
    case store::StoreFault::locked:
        return exitLocked;
    case store::StoreFault::wrongKey:
        return exitConfiguration;
    case store::StoreFault::failed:
        return exitStore;
    }
    return exitStore;
}

int refuse(int code, const std::string& message) {
    std::cerr << "central-oauthd: " << message << '\n';
    platform::noteFailure(message);
    return code;
}

int refuse(const config::Report& report) {
    return refuse(exitConfiguration, "the configuration is wrong\n" + config::faultText(report));
}

void logStart(const StartUp& startUp, const logging::Channel& log) {
    log.info("starting", {{"version", CENTRAL_OAUTH_VERSION}, {"test_hooks", hasTestHooks()}});
    for (const auto& warning : startUp.report().warnings)
        log.warning("warning in the settings", {{"setting", warning.setting}, {"problem", warning.text}});
    for (const auto& [name, value] : startUp.description())
        log.info("setting", {{"name", name}, {"value", value}});
}

// How long a stopped reader of the log, or a disk that hangs, may delay the exit.
constexpr std::chrono::milliseconds logPatience{500};

/// The log file, if one is set. Until the settings are read, lines go to standard output.
class LogFile {
public:
    explicit LogFile(logging::LogQueue& queue) : _queue(queue) {}

    /// Adds what is wrong with the file to the report.
    void open(const config::HostSettings& settings, config::Report& report) {
        if (settings.logFile.empty())
            return;
        try {
            _sink = std::make_shared<logging::RotatingFileSink>(settings.logFile);
            _queue.redirect(_sink);
        } catch (const logging::LogFileError& failure) {
            report.faults.push_back({"CENTRAL_OAUTH_LOG_FILE", failure.what(),
                                     "give the file and its directory to the service's user"});
        }
    }

    /// Opens the file anew on SIGHUP: another program, such as logrotate, may have renamed it. Runs on the
    /// queue's thread, because the thread that waits for signals must not wait for a disk.
    void reopen(const logging::Channel& log) {
        if (!_sink)
            return;
        _queue.run([sink = _sink, log] {
            try {
                sink->reopen();
                log.info("log file opened anew");
            } catch (const logging::LogFileError& failure) {
                log.error("can't open the log file anew; the one before stays in use",
                          {{"setting", "CENTRAL_OAUTH_LOG_FILE"}, {"problem", failure.what()}});
            }
        });
    }

    /// Blocks until the lines are written, for a short time. Returns false if some are not.
    bool flush() noexcept { return _queue.flush(logPatience); }

private:
    logging::LogQueue& _queue;
    std::shared_ptr<logging::RotatingFileSink> _sink;
};

// Waits before the daemon leaves for a reason that may pass: another process has the address or the database,
// or the disk is full. A service manager restarts the daemon immediately, as a crash needs; here that would
// only fill the journal.
int afterPause(int code) {
    constexpr std::chrono::seconds pause{10};
    const bool mayPass = code == exitCannotBind || code == exitStore || code == exitLocked;
    if (mayPass && platform::hasServiceManager()) {
        std::cerr << "central-oauthd: waits " << pause.count()
                  << " s before it leaves, so that the service manager "
                  << "does not retry at once\n";
        platform::waitForStop(pause);
    }
    return code;
}

/// Why a start failed: exit code, and words for the operator.
struct StartFailure {
    int code;
    std::string reason;
};

StartFailure startFailureOf(const std::exception& failure) {
    if (const auto* const ofStore = dynamic_cast<const store::StoreError*>(&failure))
        return {exitCodeOf(ofStore->fault()), ofStore->what() + fixOf(ofStore->fault(), Action::serve)};
    const bool isOfListener = dynamic_cast<const http::BindError*>(&failure) != nullptr;
    return {isOfListener ? exitCannotBind : exitInternal, failure.what()};
}

// Reports the failure in the log and on stderr, because an operator may see only one of them. Returns the
// exit code.
int reportFailure(const StartFailure& failure, logging::Logger& logger) {
    logger.channel("central_oauth.app")
        .error("start failed", {{"exit", failure.code}, {"reason", failure.reason}});
    return refuse(failure.code, failure.reason);
}

// Starts the service. If that fails half-way, stops what has started like a running service, in bounded time.
void startOrStop(Composition& service, logging::Logger& logger, LogFile& logFile) {
    try {
        service.start();
    } catch (const std::exception& failure) {
        if (service.stop())
            throw;
        const int code = reportFailure(startFailureOf(failure), logger);
        logFile.flush();
        platform::exitImmediately(code);
    }
}

int serve(StartUp& startUp, const base::Clock& clock, logging::Logger& logger, LogFile& logFile,
          platform::StartWatch& watch) {
    auto log = logger.channel("central_oauth.app");
    LoggingErrorHandler errorHandler(logger.channel("central_oauth.http"));
    auto service = std::make_unique<Composition>(startUp, clock, logger);
    watch.end();
    startOrStop(*service, logger, logFile);
    auto wake = platform::waitForWake();
    for (; wake.kind == platform::Wake::Kind::reload; wake = platform::waitForWake()) {
        log.info("reload requested", {{"by", wake.by}});
        logFile.reopen(log);
        service->reload();
    }
    log.info("stop requested", {{"by", wake.by}});
    if (!service->stop()) {
        log.warning("leaving with work still running");
        logFile.flush();
        platform::exitImmediately(exitOk);
    }
    service.reset();
    log.info("store closed");
    log.info("stopped");
    return exitOk;
}

int startAndServe(const base::Clock& clock, logging::Logger& logger, LogFile& logFile) {
    std::optional<platform::StartWatch> watch;
    try {
        watch.emplace([log = logger.channel("central_oauth.app"), &logFile](const char* by) {
            log.info("stop requested during the start", {{"by", by}});
            log.info("stopped");
            logFile.flush();
        });
        StartUp startUp(StartScope::everything, clock, logger);
        auto report = startUp.report();
        if (!report.hasFaults())
            logFile.open(startUp.settings(), report);
        if (report.hasFaults())
            return refuse(report);
        logger.setMinimum(startUp.settings().logLevel);
        logStart(startUp, logger.channel("central_oauth.app"));
        return serve(startUp, clock, logger, logFile, *watch);
    } catch (const std::exception& failure) {
        watch.reset(); // from here on afterPause waits for signals
        return afterPause(reportFailure(startFailureOf(failure), logger));
    }
}

int runClientCommand(const Command& command, std::ostream& output) {
    const auto clock = makeClock();
    logging::StreamSink sink(std::cerr);
    logging::Logger logger(sink, *clock, provider::LogLevel::warning);
    StartUp startUp(StartScope::storeOnly, *clock, logger);
    if (startUp.report().hasFaults())
        return refuse(startUp.report());
    try {
        store::StoreOptions options;
        options.path = startUp.settings().dbPath;
        options.lockWait = std::chrono::seconds(0);
        store::SqliteStore store(options, startUp.keys(), *clock, logger);
        services::AuditLines auditLines(logger);
        store.observe(&auditLines);
        services::ClientService clients(store, *clock);
        return runClientAction(clients, command, base::nowOf(*clock), output);
    } catch (const store::StoreError& failure) {
        return refuse(exitCodeOf(failure.fault()), failure.what() + fixOf(failure.fault(), command.action));
    } catch (const base::Error& failure) {
        const bool isCallers = failure.code() == base::ErrorCode::invalidRequest ||
                               failure.code() == base::ErrorCode::conflict ||
                               failure.code() == base::ErrorCode::notFound;
        if (!isCallers)
            return refuse(exitStore, failure.what());
        // The message may quote an argument of any length and content.
        constexpr std::size_t longestShown = 600;
        return refuse(exitUsage, failure.hint().empty() ? std::string(base::errorDescription(failure.code()))
                                                        : base::displayText(failure.hint(), longestShown));
    }
}

int checkConfig(std::ostream& output) {
    const auto clock = makeClock();
    logging::StreamSink sink(std::cerr);
    logging::Logger logger(sink, *clock, provider::LogLevel::warning);
    const StartUp startUp(StartScope::everything, *clock, logger);
    for (const auto& warning : startUp.report().warnings)
        std::cerr << "warning: " << warning.setting << ' ' << warning.text << '\n';
    if (startUp.report().hasFaults())
        return refuse(startUp.report());
    output << "the configuration is good\n";
    return exitOk;
}

int runAction(const Command& command, std::ostream& output) {
    switch (command.action) {
    case Action::help:
        output << usageText(command.helpWords);
        return exitOk;
    case Action::helpConfig:
        return printSettings(command.markdown, output);
    case Action::version:
        output << "central-oauthd " << CENTRAL_OAUTH_VERSION << '\n';
        return exitOk;
    case Action::checkConfig:
        return checkConfig(output);
    case Action::checkPlugin:
        return checkPlugin(command.pluginFile, output);
    case Action::keysAdd:
        return addEncryptionKey();
    case Action::clientAdd:
    case Action::clientList:
    case Action::clientRemove:
    case Action::clientKeyAdd:
    case Action::clientKeyList:
    case Action::clientKeyRemove:
        return runClientCommand(command, output);
    case Action::serve:
        break;
    }
    return exitInternal;
}

} // namespace

bool Daemon::isServiceOption(const std::vector<std::string>& arguments) {
    return platform::hasServiceOptions && !arguments.empty() &&
           (arguments.front() == "/registerService" || arguments.front() == "/unregisterService");
}

int Daemon::main(const std::vector<std::string>&) {
    if (config().getBool("application.runAsService", false))
        platform::joinServiceManager();
    const auto clock = makeClock();
    try {
        logging::LogQueue queue(std::make_shared<logging::StdoutSink>());
        logging::Logger logger(queue, *clock);
        queue.onDropped(
            [log = logger.channel("central_oauth.app")](std::uint64_t lines, std::uint64_t audit) {
                log.warning("log lines dropped", {{"lines", lines}, {"audit_lines", audit}});
            });
        LogFile logFile(queue);
        const int code = startAndServe(*clock, logger, logFile);
        if (!logFile.flush())
            platform::exitImmediately(code);
        return code;
    } catch (const base::ThreadError& failure) {
        // The queue has no writer, so the line goes past it.
        logging::StdoutSink sink;
        logging::Logger logger(sink, *clock);
        return reportFailure(startFailureOf(failure), logger);
    }
}

int runCommand(const Command& command) {
    try {
        // Collected first, so that one place checks whether the output arrives.
        std::ostringstream output;
        const int code = runAction(command, output);
        writeResult(output.str());
        finishResult();
        return code;
    } catch (const OutputError& failure) {
        return refuse(exitOutput, failure.what());
    }
}

} // namespace central_oauth::app
