// SPDX-License-Identifier: Apache-2.0
// A thousand clients that send or read as slowly as they can, or two thousand idle ones, must not delay the
// answers to others. Linux only (/proc).
#include "HealthProber.h"
#include "LoadedDaemon.h"
#include "Swarm.h"

#include <algorithm>
#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <iomanip>
#include <iostream>
#include <string>
#include <thread>

using namespace central_oauth::test;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t slowClients = 1000;
constexpr std::size_t idleClients = 2000;
constexpr std::size_t opensPerSecond = 10000; ///< limit, reopened connections included
constexpr std::size_t smallFileLimit = 1024;
constexpr std::size_t workers = 16;
constexpr seconds duration{12};     // longer than every time limit of a request
constexpr seconds longDuration{25}; // for scenarios whose clients need time to reach their limit
constexpr seconds settling{15};
constexpr milliseconds look{250};
constexpr Health::Duration slowest{1000};

// Resources that a process may open for the first time under load and keep: a log file, a connection to its
// database.
constexpr std::size_t moreDescriptors = 8;
// Workers start on demand, and Poco's pool keeps as many again in reserve.
constexpr std::size_t moreThreads = 2 * workers;

struct Scenario {
    std::string name;
    std::size_t connections;
    Script (*scriptOf)(std::size_t);
    seconds lasts = duration;
    bool isRaw = false; ///< the bytes go out as they are, also to a TLS listener
};

const std::string healthRequest = "GET /v1/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

Script slowHead(std::size_t) {
    return {{}, "GET /v1/healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + std::string(64, 'a')};
}

Script slowBody(std::size_t) {
    return {"POST /v1/link-code HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: 1000\r\n\r\n",
            std::string(64, ' ')};
}

// Requests answers of a megabyte in all, and reads none.
Script slowReader(std::size_t) {
    constexpr int requests = 2000;
    constexpr int window = 2048;
    Script script;
    for (int number = 0; number < requests; ++number)
        script.atOnce += healthRequest;
    script.reads = false;
    script.receiveBuffer = window;
    return script;
}

// Half of them make one request and keep their connection.
Script idle(std::size_t number) {
    return {number % 2 == 0 ? healthRequest : std::string()};
}

// The beginning of a ClientHello of 512 bytes (RFC 8446 section 4.1.2).
Script slowHandshake(std::size_t) {
    return {{}, std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", 11) + std::string(53, 'r')};
}

const Scenario slowHeads{"slow heads", slowClients, slowHead};
const Scenario slowBodies{"slow bodies", slowClients, slowBody};
const Scenario slowReaders{"slow readers", slowClients, slowReader, longDuration};
const Scenario idleConnections{"idle", idleClients, idle};
const Scenario slowHandshakes{"slow handshakes", slowClients, slowHandshake, duration, true};

} // namespace

class SlowClientTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SlowClientTest);
    CPPUNIT_TEST(testSlowHeads);
    CPPUNIT_TEST(testSlowBodies);
    CPPUNIT_TEST(testSlowReaders);
    CPPUNIT_TEST(testIdleConnections);
    CPPUNIT_TEST(testSlowHeadsWithFewFiles);
    CPPUNIT_TEST(testSlowBodiesWithFewFiles);
    CPPUNIT_TEST(testSlowReadersWithFewFiles);
    CPPUNIT_TEST(testIdleConnectionsWithFewFiles);
    CPPUNIT_TEST(testSlowHandshakes);
    CPPUNIT_TEST(testSlowHeadsUnderTls);
    CPPUNIT_TEST(testIdleConnectionsUnderTls);
    CPPUNIT_TEST(testSlowHandshakesWithFewFiles);
    CPPUNIT_TEST(testIdleConnectionsUnderTlsWithFewFiles);
    CPPUNIT_TEST_SUITE_END();

public:
    void testSlowHeads() { withstand(slowHeads); }
    void testSlowBodies() { withstand(slowBodies); }
    void testSlowReaders() { withstand(slowReaders); }
    void testIdleConnections() { withstand(idleConnections); }
    void testSlowHeadsWithFewFiles() { withstand(slowHeads, smallFileLimit); }
    void testSlowBodiesWithFewFiles() { withstand(slowBodies, smallFileLimit); }
    void testSlowReadersWithFewFiles() { withstand(slowReaders, smallFileLimit); }
    void testIdleConnectionsWithFewFiles() { withstand(idleConnections, smallFileLimit); }
    void testSlowHandshakes() { withstand(slowHandshakes, 0, true); }
    void testSlowHeadsUnderTls() { withstand(slowHeads, 0, true); }
    void testIdleConnectionsUnderTls() { withstand(idleConnections, 0, true); }
    void testSlowHandshakesWithFewFiles() { withstand(slowHandshakes, smallFileLimit, true); }
    void testIdleConnectionsUnderTlsWithFewFiles() { withstand(idleConnections, smallFileLimit, true); }

private:
    struct Outcome {
        Health health;
        SwarmCounts counts;
        ProcessUse before;
        ProcessUse peak;
        ProcessUse after;
    };

    static void withstand(const Scenario& scenario, std::size_t fileLimit = 0, bool tls = false) {
        const auto outcome = run(scenario, fileLimit, tls);
        print(outcome, scenario, fileLimit, tls);
        const auto& [health, counts, before, peak, after] = outcome;
        CPPUNIT_ASSERT_MESSAGE("a probe got " + (health.failures.empty() ? "" : health.failures.front()),
                               health.failures.empty());
        CPPUNIT_ASSERT_MESSAGE("a probe took too long", health.worst() < slowest);
        CPPUNIT_ASSERT_MESSAGE("too few probes", health.times.size() > 20);
        CPPUNIT_ASSERT_MESSAGE("the swarm was not there", counts.opened >= scenario.connections);
        // Each kind of client has its time limit, and the daemon closes the connections that exceed it. With
        // few files many are never accepted.
        CPPUNIT_ASSERT_MESSAGE("hardly any connection was ended",
                               fileLimit > 0 || counts.ended >= scenario.connections / 2);
        if (!before.isKnown)
            return;
        const auto possible =
            fileLimit > 0 ? std::min(scenario.connections, fileLimit) : scenario.connections;
        CPPUNIT_ASSERT_MESSAGE("the daemon never had the connections", peak.descriptors > possible / 2);
        CPPUNIT_ASSERT_MESSAGE("more threads than workers and their reserve",
                               std::max(peak.threads, after.threads) <= before.threads + moreThreads);
        CPPUNIT_ASSERT_MESSAGE("connections are left",
                               after.descriptors <= before.descriptors + moreDescriptors);
    }

    static Outcome run(const Scenario& scenario, std::size_t fileLimit, bool tls) {
        raiseFileLimit(2 * idleClients);
        LoadedDaemon daemon({tls, fileLimit, {{"CENTRAL_OAUTH_WORKERS", std::to_string(workers)}}});
        daemon.start();
        (void)HealthProber::probe(daemon.port(), tls);
        Outcome outcome;
        outcome.before = daemon.use();

        const ClientTls clientTls;
        HealthProber prober(daemon.port(), tls);
        Swarm swarm({daemon.port(), scenario.connections, tls && !scenario.isRaw ? &clientTls : nullptr,
                     opensPerSecond, scenario.scriptOf});
        outcome.peak = watch(daemon, scenario.lasts);
        outcome.health = prober.stop();
        outcome.counts = swarm.counts();
        swarm.stop();
        outcome.after = settle(daemon, outcome.before);
        return outcome;
    }

    static void print(const Outcome& outcome, const Scenario& scenario, std::size_t fileLimit, bool tls) {
        const auto& [health, counts, before, peak, after] = outcome;
        std::cout << std::fixed << std::setprecision(1) << "\nload: " << scenario.connections << ' '
                  << scenario.name << (tls ? ", TLS" : "")
                  << (fileLimit > 0 ? ", " + std::to_string(fileLimit) + " files" : "") << ": healthz worst "
                  << health.worst().count() << " ms, median " << health.median().count() << " ms of "
                  << health.times.size() << ", failed " << health.failures.size() << "; ";
        if (before.isKnown)
            std::cout << "descriptors " << before.descriptors << " before, " << peak.descriptors << " peak, "
                      << after.descriptors << " after; threads " << before.threads << ", " << peak.threads
                      << ", " << after.threads << "; " << peak.residentMb << " MB peak; ";
        std::cout << counts.opened << " opened, " << counts.ended << " ended by the server" << std::endl;
    }

    // Returns the peak use while the swarm is there.
    static ProcessUse watch(const LoadedDaemon& daemon, seconds lasts) {
        ProcessUse peak;
        for (const auto end = std::chrono::steady_clock::now() + lasts;
             std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(look)) {
            const auto now = daemon.use();
            peak = {std::max(peak.descriptors, now.descriptors), std::max(peak.threads, now.threads),
                    std::max(peak.residentMb, now.residentMb)};
        }
        return peak;
    }

    // Returns the use once it is back to `before`, or after the time for that.
    static ProcessUse settle(const LoadedDaemon& daemon, const ProcessUse& before) {
        const auto end = std::chrono::steady_clock::now() + settling;
        auto now = daemon.use();
        while (now.descriptors > before.descriptors + moreDescriptors &&
               std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(look);
            now = daemon.use();
        }
        return now;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SlowClientTest);
