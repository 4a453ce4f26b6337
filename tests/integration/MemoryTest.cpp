// SPDX-License-Identifier: Apache-2.0
// The daemon's memory after its answers are sent, and which users may read it. Linux.
#include "../support/Certificates.h"
#include "../support/RawConnection.h"

#include <cppunit/extensions/HelperMacros.h>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

using namespace central_oauth::test;

namespace {

using Clock = RawConnection::Clock;

/// Pieces of secrets, chosen so that any 64 bytes of a secret contain one: a reused buffer that holds
/// something shorter still shows the rest.
class SecretPieces {
public:
    explicit SecretPieces(const std::map<std::string, std::string>& secrets) {
        for (const auto& [name, value] : secrets) {
            const auto size = std::min(value.size(), length);
            for (std::size_t at = 0; at + size <= value.size(); at += length)
                _pieces.emplace(beginningOf(value.data() + at),
                                Piece{name + " at " + std::to_string(at), value.substr(at, size)});
        }
        for (const auto& [beginning, piece] : _pieces)
            _mayBegin[(beginning * multiplier) >> 48U] = 1;
    }

    /// Returns the names of the secrets found in the text, and their positions.
    [[nodiscard]] std::vector<std::pair<std::string, std::size_t>> findIn(const std::string& text) const {
        std::vector<std::pair<std::string, std::size_t>> found;
        constexpr std::size_t page = 4096;
        const std::string untouched(page, '\0'); // most of the stacks
        const auto* mayBegin = _mayBegin.data();
        const auto* begin = text.data();
        for (std::size_t at = 0; at + sizeof(std::uint64_t) <= text.size(); ++at) {
            if (at % page == 0 &&
                std::memcmp(begin + at, untouched.data(), std::min(page, text.size() - at)) == 0) {
                at += page - sizeof(std::uint64_t);
                continue;
            }
            std::uint64_t beginning = 0;
            std::memcpy(&beginning, begin + at, sizeof beginning);
            if (mayBegin[(beginning * multiplier) >> 48U] != 0)
                compare(text, at, beginning, found);
        }
        return found;
    }

private:
    struct Piece {
        std::string name;
        std::string text;
    };
    static constexpr std::size_t length = 32;

    static std::uint64_t beginningOf(const char* text) {
        std::uint64_t beginning = 0;
        std::memcpy(&beginning, text, sizeof beginning);
        return beginning;
    }
    void compare(const std::string& text, std::size_t at, std::uint64_t beginning,
                 std::vector<std::pair<std::string, std::size_t>>& found) const {
        const auto [first, last] = _pieces.equal_range(beginning);
        for (auto piece = first; piece != last; ++piece)
            if (text.compare(at, piece->second.text.size(), piece->second.text) == 0)
                found.emplace_back(piece->second.name, at);
    }

    static constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15U; ///< a hash of 16 bits
    std::multimap<std::uint64_t, Piece> _pieces;
    std::vector<unsigned char> _mayBegin = std::vector<unsigned char>(65536);
};

/// All writable memory of a process: heap, stacks, data.
class ProcessMemory {
public:
    explicit ProcessMemory(pid_t process) : _folder("/proc/" + std::to_string(process)) {}

    /// Returns false if this user may not read it: only root may.
    [[nodiscard]] bool mayRead() const {
        const int memory = ::open((_folder + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
        if (memory >= 0)
            ::close(memory);
        return memory >= 0;
    }

    /// Returns the names of the secrets found, whole or in a piece, each with its mapping.
    [[nodiscard]] std::string find(const std::map<std::string, std::string>& secrets) const {
        std::string found;
        const SecretPieces pieces(secrets);
        const int memory = ::open((_folder + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
        std::ifstream maps(_folder + "/maps");
        for (std::string line; std::getline(maps, line);) {
            std::istringstream fields(line);
            unsigned long begin = 0;
            unsigned long end = 0;
            char dash = '-';
            std::string rights;
            fields >> std::hex >> begin >> dash >> end >> rights;
            if (rights.substr(0, 2) != "rw")
                continue;
            std::string bytes(end - begin, '\0');
            const auto count = ::pread(memory, bytes.data(), bytes.size(), static_cast<off_t>(begin));
            bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
            for (const auto& [piece, at] : pieces.findIn(bytes))
                found += piece + " in " + line.substr(line.find_last_of(' ') + 1) + " after \"" +
                         shown(bytes, at) + "\"\n";
        }
        ::close(memory);
        return found;
    }

private:
    // Shows the bytes before a secret, which tell whose memory it is.
    static std::string shown(const std::string& bytes, std::size_t at) {
        std::string text;
        for (auto i = at - std::min<std::size_t>(at, 48); i < at; ++i)
            text += bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '.';
        return text;
    }

    std::string _folder;
};

// Returns the owner of a process's files in /proc, who may trace it: root, if the process has forbidden
// tracing.
uid_t ownerOfEnvironment(pid_t process) {
    struct stat status {};
    CPPUNIT_ASSERT_EQUAL(0, ::stat(("/proc/" + std::to_string(process) + "/environ").c_str(), &status));
    return status.st_uid;
}

} // namespace

class MemoryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MemoryTest);
    CPPUNIT_TEST(testNothingLingersAfterAnAnswer);
    CPPUNIT_TEST(testNothingLingersAfterAnAnswerUnderTls);
    CPPUNIT_TEST(testNeighboursMayNotLookIntoTheDaemon);
    CPPUNIT_TEST(testNeighboursMayNotLookIntoTheClient);
    CPPUNIT_TEST_SUITE_END();

public:
    void testNothingLingersAfterAnAnswer() {
        const Simulator simulator;
        ServiceUnderTest service(simulator);
        WebBrowser browser;
        const auto link = consentedLink(service, browser);
        expectNothing(simulator, service, link, RawPlace::plain(portOf(service)), callbackOf(browser));
    }

    void testNothingLingersAfterAnAnswerUnderTls() {
        const Simulator simulator;
        CertificateAuthority authority;
        const auto files = authority.issue();
        ServiceUnderTest service(simulator);
        WebBrowser browser;
        const auto link = consentedLink(service, browser);
        (void)service.stop();
        service.environment["CENTRAL_OAUTH_TLS_CERT"] = files.certificate;
        service.environment["CENTRAL_OAUTH_TLS_KEY"] = files.key;
        service.start();
        expectNothing(simulator, service, link, RawPlace::tls(portOf(service), authority.bundle()));
    }

    void testNeighboursMayNotLookIntoTheDaemon() {
        const TemporaryFolder folder;
        if (::geteuid() == 0)
            CPPUNIT_ASSERT_EQUAL(0, ::chown(folder.path().c_str(), 65534, 65534));
        ChildProcess daemon(
            program(), arguments({programPath("central-oauthd").string()}),
            {{"CENTRAL_OAUTH_DB_PATH", (folder.path() / "data/db.sqlite3").string()},
             {"CENTRAL_OAUTH_SECRET_KEY", "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d00112233"},
             {"CENTRAL_OAUTH_BIND", "127.0.0.1:0"},
             {"CENTRAL_OAUTH_PLUGIN_DIR", pluginFolder().string()},
             {"CENTRAL_OAUTH_JIRA_CLIENT_ID", "demo-client-id"},
             {"CENTRAL_OAUTH_JIRA_CLIENT_SECRET", "demo-client-secret"}});
        (void)daemon.waitForLine("\"message\":\"ready\"");
        CPPUNIT_ASSERT_EQUAL(uid_t{0}, ownerOfEnvironment(daemon.pid()));
    }

    void testNeighboursMayNotLookIntoTheClient() {
        // A server that accepts and never answers, so that the client waits with its key in memory.
        Poco::Net::ServerSocket silent(Poco::Net::SocketAddress("127.0.0.1", 0));
        ChildProcess client(program(), arguments({programPath("central-oauth").string(), "accounts"}),
                            {{"CENTRAL_OAUTH_URL", "http://" + silent.address().toString()},
                             {"CENTRAL_OAUTH_CLIENT_KEY", "cok_" + std::string(61, 'q')},
                             {"HOME", "/nonexistent"}});
        CPPUNIT_ASSERT(silent.poll(Poco::Timespan(20, 0), Poco::Net::Socket::SELECT_READ));
        const auto connection = silent.acceptConnection();
        CPPUNIT_ASSERT_EQUAL(uid_t{0}, ownerOfEnvironment(client.pid()));
    }

private:
    // A process of root's is owned by root in any case, so root runs the programs as another user.
    static std::string program() { return ::geteuid() == 0 ? "/usr/bin/setpriv" : "/usr/bin/env"; }

    static std::vector<std::string> arguments(const std::vector<std::string>& command) {
        std::vector<std::string> all;
        if (::geteuid() == 0)
            all = {"--reuid=65534", "--regid=65534", "--clear-groups"};
        all.insert(all.end(), command.begin(), command.end());
        return all;
    }

    static std::uint16_t portOf(const ServiceUnderTest& service) {
        return static_cast<std::uint16_t>(std::stoi(service.url().substr(service.url().rfind(':') + 1)));
    }

    static TestLink consentedLink(const ServiceUnderTest& service, WebBrowser& browser) {
        auto link = service.createLink();
        (void)ServiceUnderTest::consent(browser, service.approve(browser, link));
        return link;
    }

    // Returns the parameters that upstream gave to the person's browser.
    static std::map<std::string, std::string> callbackOf(const WebBrowser& browser) {
        std::map<std::string, std::string> secrets;
        for (const auto& url : browser.visited()) {
            for (const std::string name : {"code", "state"}) {
                const auto at = url.find("/callback/") == std::string::npos ? url.npos : url.find(name + "=");
                if (at != url.npos)
                    secrets[name] =
                        url.substr(at + name.size() + 1, url.find('&', at) - at - name.size() - 1);
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, secrets.size());
        return secrets;
    }

    static std::string get(const std::string& path, const std::string& bearer) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + bearer + "\r\n\r\n";
    }

    static HttpAnswer ask(RawConnection& connection, const std::string& request) {
        CPPUNIT_ASSERT(connection.send(request));
        std::optional<HttpAnswer> answer;
        (void)connection.receiveUntil(
            [&] { return (answer = takeAnswer(connection.received())).has_value(); },
            Clock::now() + std::chrono::seconds(20));
        CPPUNIT_ASSERT(answer.has_value());
        return *answer;
    }

    // A poll delivers a token, a read and a refresh another one; one request is refused, one comes in pieces;
    // the connections stay open.
    void expectNothing(const Simulator& simulator, ServiceUnderTest& service, const TestLink& link,
                       const RawPlace& place, const std::map<std::string, std::string>& more = {}) {
        const ProcessMemory memory(service.process().pid());
        if (!memory.mayRead()) {
            std::cerr << "not tested: only root may look into the daemon's memory\n";
            return;
        }
        std::map<std::string, std::string> secrets{
            {"client key", service.key()},
            {"encryption key", service.environment["CENTRAL_OAUTH_SECRET_KEY"]}};
        secrets["link secret"] = link.secret;
        RawConnection kept(place);
        const auto payload = ask(kept, get("/v1/poll/" + link.code, link.secret));
        CPPUNIT_ASSERT_EQUAL(200, payload.status);
        secrets["delivered token"] = payload.text("access_token");
        const auto path = "/v1/tokens/" + payload.text("account_id");
        RawConnection pieces(place);
        const auto request = get(path, service.key());
        for (std::size_t at = 0; at < request.size(); at += 7)
            CPPUNIT_ASSERT(pieces.send(request.substr(at, 7)));
        CPPUNIT_ASSERT_EQUAL(200, ask(pieces, get(path, service.key())).status);
        service.advanceClock(3500);
        RawConnection other(place);
        secrets["refreshed token"] = ask(other, get(path, service.key())).text("access_token");
        CPPUNIT_ASSERT_EQUAL(401, ask(other, get(path, "wrong")).status);
        addRefreshTokens(simulator, secrets);
        secrets.insert(more.begin(), more.end());
        for (const auto& [name, value] : secrets)
            CPPUNIT_ASSERT_MESSAGE(name, value.size() >= 16);

        // An answer arrives a moment before its sender wipes it.
        std::string found = memory.find(secrets);
        for (int again = 0; !found.empty() && again < 20; ++again) {
            (void)exchange({"GET", service.url() + "/v1/healthz"});
            found = memory.find(secrets);
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), found);
    }

    static void addRefreshTokens(const Simulator& simulator, std::map<std::string, std::string>& secrets) {
        HttpAnswer answer = simulator.control("GET", "tokens");
        answer.body = "{\"pairs\":" + answer.body + "}";
        const auto pairs = answer.json()->getArray("pairs");
        CPPUNIT_ASSERT(pairs->size() >= 2);
        for (unsigned i = 0; i < pairs->size(); ++i)
            secrets["refresh token " + std::to_string(i)] =
                pairs->getObject(i)->getValue<std::string>("refresh_token");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MemoryTest);
