// SPDX-License-Identifier: Apache-2.0
// The table of raw requests through a real nginx: proxy and daemon agree about where each request ends.
#include "../support/DaemonFixture.h"
#include "../support/RawConnection.h"
#include "RawRequestTable.h"

#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fstream>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <thread>

using namespace central_oauth::test;
using namespace std::chrono_literals;

namespace {

constexpr auto program = "/usr/sbin/nginx";

/// nginx's log entry of one request.
struct Forwarded {
    std::string request;     ///< nginx's request id, forwarded as X-Correlation-ID
    std::string address;     ///< address of the daemon; "-": not forwarded
    std::string status;      ///< the daemon's status; "-": none
    std::string correlation; ///< X-Correlation-ID of the daemon's answer; "-": none
    std::string answered;    ///< X-Request-ID of the daemon's answer
    std::string ownStatus;   ///< the status that nginx sent to the client
    std::string text;        ///< the request line, for messages
};

std::string contentsOf(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// nginx, in one process, with a folder and two sockets of its own: one buffers bodies and drops fields that
/// it rejects, the other forwards requests unchanged.
class Nginx {
public:
    Nginx(const std::filesystem::path& folder, const std::string& daemon) : _folder(folder) {
        CPPUNIT_ASSERT_MESSAGE(std::string(program) + " is missing: install the package nginx-light",
                               std::filesystem::exists(program));
        std::filesystem::create_directories(_folder);
        std::ofstream(_folder / "nginx.conf") << configuration(daemon);
        _process =
            std::make_unique<ChildProcess>(program,
                                           std::vector<std::string>{"-p", _folder.string(), "-e", "stderr",
                                                                    "-c", (_folder / "nginx.conf").string()},
                                           ChildProcess::Environment{});
        waitUntilListening();
    }

    [[nodiscard]] std::array<RawPlace, 2> places() const {
        return {RawPlace::unixSocket(_folder / "careful.sock"), RawPlace::unixSocket(_folder / "hasty.sock")};
    }

    /// Lets it finish, and returns its log.
    [[nodiscard]] std::vector<Forwarded> stop() {
        _process->signal(SIGQUIT);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(_process->standardError(), 0, _process->wait());
        std::vector<Forwarded> all;
        std::istringstream lines(contentsOf(_folder / "access.log"));
        for (Forwarded one; lines >> one.request >> one.address >> one.status >> one.correlation >>
                                one.answered >> one.ownStatus &&
                            std::getline(lines, one.text);)
            all.push_back(one);
        return all;
    }

private:
    [[nodiscard]] std::string configuration(const std::string& daemon) const {
        std::string text = "daemon off; master_process off; pid nginx.pid;\n"
                           "events { worker_connections 2048; }\n"
                           "http {\n"
                           "log_format ids '$request_id $upstream_addr $upstream_status "
                           "$upstream_http_x_correlation_id $upstream_http_x_request_id "
                           "$status $request';\n"
                           "access_log access.log ids;\n"
                           // Short time limits, so that every connection ends soon.
                           "client_header_timeout 1s; client_body_timeout 1s; keepalive_timeout 1s;\n"
                           "lingering_time 1s; lingering_timeout 1s;\n"
                           // Above the daemon's limits, so that those are tested, too.
                           "large_client_header_buffers 8 20k; client_max_body_size 1m;\n";
        for (const std::string path : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
            text += path + "_temp_path " + path + ";\n";
        text += "upstream daemon { server " + daemon + "; keepalive 4; }\n";
        text += "proxy_http_version 1.1; proxy_next_upstream off;\n";
        text += "server { listen unix:" + (_folder / "careful.sock").string() +
                "; proxy_set_header Host $host;\n" + _forwarding + "}\n";
        text += "server { listen unix:" + (_folder / "hasty.sock").string() +
                "; proxy_set_header Host $http_host;\n"
                "ignore_invalid_headers off; underscores_in_headers on; proxy_request_buffering off;\n" +
                _forwarding + "}\n}\n";
        return text;
    }

    void waitUntilListening() const {
        const auto deadline = RawConnection::Clock::now() + 20s;
        for (const auto& place : places()) {
            for (;;) {
                try {
                    const RawConnection connection(place);
                    break;
                } catch (const std::runtime_error&) {
                    CPPUNIT_ASSERT_MESSAGE(_process->standardError(), RawConnection::Clock::now() < deadline);
                    std::this_thread::sleep_for(10ms);
                }
            }
        }
    }

    // All fields in one place: proxy_set_header in a server hides those of the level above.
    const std::string _forwarding =
        "proxy_set_header Connection \"\"; proxy_set_header X-Correlation-ID $request_id;\n"
        "location / { proxy_pass http://daemon; }\n";
    std::filesystem::path _folder;
    std::unique_ptr<ChildProcess> _process;
};

/// Returns the daemon's own record: status by id of every request that it answered. Fails for an id answered
/// twice.
std::map<std::string, std::string> answeredBy(const std::string& log) {
    std::map<std::string, std::string> answered;
    std::istringstream lines(log);
    for (std::string text; std::getline(lines, text);) {
        if (text.find("\"message\":\"request answered\"") == std::string::npos)
            continue;
        HttpAnswer line;
        line.body = text;
        CPPUNIT_ASSERT_MESSAGE("answered twice: " + text,
                               answered.emplace(line.text("request_id"), line.text("status")).second);
    }
    return answered;
}

/// Returns true if the answer belongs to that request: the daemon returns the proxy's id, unless it refuses
/// the request before reading the id.
bool isItsOwn(const Forwarded& line) {
    static const std::set<std::string> ofRefusals{"400", "413", "414", "417", "431", "501"};
    return line.correlation == line.request || ofRefusals.count(line.status) != 0;
}

} // namespace

class ProxyTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(ProxyTest);
    CPPUNIT_TEST(testProxyAndDaemonCountTheSame);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        (void)_service->stop();
        _service->environment["CENTRAL_OAUTH_PUBLIC_URL"] = "https://example.com";
        _service->environment["CENTRAL_OAUTH_TRUSTED_PROXIES"] = "127.0.0.1";
        _service->environment["CENTRAL_OAUTH_TEST_ECHO"] = "1";
        _service->start();
    }

    void testProxyAndDaemonCountTheSame() {
        Nginx nginx(_service->folder() / "nginx", _service->url().substr(std::string("http://").size()));
        for (const auto& place : nginx.places())
            sendTable(place);
        const auto lines = nginx.stop();
        (void)_service->stop();
        auto answered = answeredBy(_service->log());

        const auto inAll = answered.size();
        std::size_t forwarded = 0;
        std::size_t unfinished = 0;
        std::string faults;
        for (const auto& line : lines) {
            if (line.address == "-")
                continue;
            ++forwarded;
            const auto found = answered.find(line.answered);
            if (found != answered.end() && found->second == line.status && isItsOwn(line))
                answered.erase(found);
            else if (line.status == "-" && line.ownStatus == "408")
                ++unfinished;
            else
                faults += "\nforwarded, but not answered once: " + line.request + ' ' + line.status +
                          line.text.substr(0, 60);
        }
        // nginx aborted a request whose body it had begun to forward: the daemon saw half a request.
        for (const auto& [id, status] : answered)
            if (status != "400")
                faults += "\nanswered, but never forwarded: " + id + ' ' + status;
        CPPUNIT_ASSERT_MESSAGE(faults, faults.empty());
        CPPUNIT_ASSERT_EQUAL(unfinished, answered.size());
        CPPUNIT_ASSERT_EQUAL(forwarded, inAll);
        CPPUNIT_ASSERT_MESSAGE("nginx lets through what the test is about", forwarded > 200);
    }

private:
    // Sends the rows one after the other, so that nginx reuses its few connections to the daemon. Rows
    // without an answer end by nginx's time limits.
    static void sendTable(const RawPlace& place) {
        std::list<RawConnection> connections;
        std::vector<RawConnection*> all;
        for (const auto& row : rawRequestTable()) {
            auto& connection = connections.emplace_back(place);
            connection.send(row.bytes);
            connection.receiveUntil([&] { return !connection.received().empty(); },
                                    RawConnection::Clock::now() + 50ms);
            all.push_back(&connection);
        }
        RawConnection::receiveAll(
            all, [](std::size_t) { return false; }, RawConnection::Clock::now() + 30s);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProxyTest);
