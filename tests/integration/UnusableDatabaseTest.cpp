// SPDX-License-Identifier: Apache-2.0
// The daemon's reports and behaviour when its database becomes unusable.
#include "../support/DaemonFixture.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <sys/mount.h>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using namespace central_oauth::test;

namespace fs = std::filesystem;

namespace {

// A small volume. Only root may mount one.
class SmallVolume {
public:
    explicit SmallVolume(const fs::path& place) : _place(place) {
        fs::create_directories(place);
        _isMounted = ::mount("none", place.c_str(), "tmpfs", 0, "size=4m,mode=0700") == 0;
    }
    ~SmallVolume() {
        if (_isMounted)
            ::umount2(_place.c_str(), MNT_DETACH);
    }
    SmallVolume(const SmallVolume&) = delete;
    SmallVolume& operator=(const SmallVolume&) = delete;

    [[nodiscard]] bool isMounted() const noexcept { return _isMounted; }

    void fill() const {
        std::ofstream file(_place / "ballast", std::ios::binary);
        const std::string block(4096, 'x');
        while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
        }
    }
    void empty() const { fs::remove(_place / "ballast"); }
    void makeReadOnly() const {
        CPPUNIT_ASSERT_EQUAL(0, ::mount("none", _place.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=4m"));
    }

private:
    fs::path _place;
    bool _isMounted = false;
};

int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

void say(const std::string& skipped) {
    std::cerr << "skipped, needs root: " << skipped << '\n';
}

} // namespace

class UnusableDatabaseTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(UnusableDatabaseTest);
    CPPUNIT_TEST(testEveryWayToLoseTheDatabaseIsReported);
    CPPUNIT_TEST(testNothingIsRefreshedThatCantBeStored);
    CPPUNIT_TEST(testNoCodeIsSpentThatCantBeStored);
    CPPUNIT_TEST(testFailedWritesAreReportedAndRecover);
    CPPUNIT_TEST(testBackupCopiedOverTheOpenDatabaseIsReported);
    CPPUNIT_TEST(testFailingAuditIsReportedWithoutFlapping);
    CPPUNIT_TEST(testFullVolumeIsReportedAndRecovers);
    CPPUNIT_TEST(testLowSpaceIsDegraded);
    CPPUNIT_TEST(testNewDatabaseIsReported);
    CPPUNIT_TEST(testLostDatabaseIsReportedAsLost);
    CPPUNIT_TEST(testStartOnWhatCantBeWrittenEnds);
    CPPUNIT_TEST(testStartOnAReadOnlyVolumeEnds);
    CPPUNIT_TEST(testStartOnAForeignShapeEnds);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEveryWayToLoseTheDatabaseIsReported() {
        struct Way {
            std::string state;
            std::function<void(const fs::path&)> lose;
        };
        const std::vector<Way> ways{
            {"file_missing", [](const fs::path& file) { fs::remove(file); }},
            {"file_missing", [](const fs::path& file) { fs::remove(file.string() + "-wal"); }},
            {"file_replaced",
             [](const fs::path& file) {
                 fs::copy_file(file, file.string() + ".restored");
                 fs::rename(file.string() + ".restored", file);
             }},
            {"file_missing",
             [](const fs::path& file) {
                 fs::rename(file.parent_path(), file.parent_path().string() + ".old");
             }},
        };
        (void)_service->stop();
        for (std::size_t i = 0; i < ways.size(); ++i) {
            const auto file = _service->folder() / ("data" + std::to_string(i)) / "db.sqlite3";
            _service->environment["CENTRAL_OAUTH_DB_PATH"] = file.string();
            const auto key = _service->addClient("client");
            const auto before = _service->log();
            _service->start();
            CPPUNIT_ASSERT_EQUAL(201, _service->post("/v1/link-code", key, "{}").status);
            ways[i].lose(file);
            assertNotReady(ways[i].state);
            const auto refused = _service->post("/v1/link-code", key, "{}");
            CPPUNIT_ASSERT_EQUAL(503, refused.status);
            CPPUNIT_ASSERT_EQUAL(std::string("store_unavailable"), refused.text("error"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE("healthz is of the process", 200,
                                         _service->get("/v1/healthz", {}).status);
            for (int again = 0; again < 3; ++again)
                assertNotReady(ways[i].state);
            CPPUNIT_ASSERT_EQUAL(0, _service->stop());
            const auto log = _service->log().substr(before.size());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(log, 1, count(log, "the database can't be used"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(log, 1, count(log, "\"state\":\"" + ways[i].state + '"'));
            CPPUNIT_ASSERT_MESSAGE(log, log.find("\"fix\":\"") != std::string::npos);
            CPPUNIT_ASSERT_EQUAL_MESSAGE("probes add no lines: " + log, 1, count(log, "\"request failed\""));
        }
    }

    void testNothingIsRefreshedThatCantBeStored() {
        const auto account = _service->linkAccount().text("account_id");
        const auto path = "/v1/tokens/" + account;
        fs::rename(_service->database(), _service->database().string() + ".old");
        // Stored tokens are served until they expire.
        CPPUNIT_ASSERT_EQUAL(200, _service->get(path, _service->key()).status);
        _service->advanceClock(3500);
        CPPUNIT_ASSERT_EQUAL(200, _service->get(path, _service->key()).status);
        _service->advanceClock(200);
        const auto refused = _service->get(path, _service->key());
        CPPUNIT_ASSERT_EQUAL(503, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string("store_unavailable"), refused.text("error"));
        CPPUNIT_ASSERT_EQUAL(0, _simulator->tokenCalls("refresh_token"));
        fs::rename(_service->database().string() + ".old", _service->database());
        CPPUNIT_ASSERT_EQUAL(200, awaitReadiness(200));
        CPPUNIT_ASSERT_EQUAL(200, _service->get(path, _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(1, _simulator->tokenCalls("refresh_token"));
    }

    // The person reloads the page once the database works again.
    void testNoCodeIsSpentThatCantBeStored() {
        WebBrowser browser;
        const auto link = _service->createLink();
        const auto callback = _service->consentWithoutReturning(browser, link);
        limitFiles(1);
        const auto refused = browser.open(callback);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.html, 503, refused.status);
        CPPUNIT_ASSERT_EQUAL(0, _simulator->tokenCalls("authorization_code"));
        limitFiles(RLIM_INFINITY);
        CPPUNIT_ASSERT_EQUAL(200, awaitReadiness(200));
        CPPUNIT_ASSERT_EQUAL(200, browser.open(callback).status);
        CPPUNIT_ASSERT_EQUAL(1, _simulator->tokenCalls("authorization_code"));
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(link).status);
    }

    void testFailedWritesAreReportedAndRecover() {
        limitFiles(1);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("only the check has written", 503, awaitReadiness(503));
        assertNotReady("io_error");
        CPPUNIT_ASSERT_EQUAL(503, _service->post("/v1/link-code", _service->key(), "{}").status);
        limitFiles(RLIM_INFINITY);
        CPPUNIT_ASSERT_EQUAL(200, awaitReadiness(200));
        CPPUNIT_ASSERT_EQUAL(201, _service->post("/v1/link-code", _service->key(), "{}").status);
        const auto log = _service->log();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(log, 1, count(log, "the database can't be used"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(log, 1, count(log, "the database works again"));
    }

    void testBackupCopiedOverTheOpenDatabaseIsReported() {
        const auto backup = _service->folder() / "backup.sqlite3";
        sql("VACUUM INTO '" + backup.string() + "'");
        const auto counted = sql("SELECT writes FROM probe");
        while (sql("SELECT writes FROM probe") == counted)
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        sql("PRAGMA wal_checkpoint(TRUNCATE)");
        fs::copy_file(backup, _service->database(), fs::copy_options::overwrite_existing);
        CPPUNIT_ASSERT_EQUAL(503, awaitReadiness(503));
        assertNotReady("file_replaced");
        CPPUNIT_ASSERT_EQUAL(503, _service->post("/v1/link-code", _service->key(), "{}").status);
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        const auto log = _service->log();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(log, 1, count(log, "the database can't be used"));
        CPPUNIT_ASSERT_MESSAGE(log, log.find("Stop the service, put the database that you want") !=
                                        std::string::npos);
        _service->start();
        CPPUNIT_ASSERT_EQUAL(201, _service->post("/v1/link-code", _service->key(), "{}").status);
    }

    void testFailingAuditIsReportedWithoutFlapping() {
        sql("CREATE TRIGGER no_entries BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no entry'); END");
        CPPUNIT_ASSERT_EQUAL(503, awaitReadiness(503));
        assertNotReady("failed");
        CPPUNIT_ASSERT_EQUAL(503, _service->post("/v1/link-code", _service->key(), "{}").status);
        for (int i = 0; i < 5; ++i) {
            (void)_service->post("/v1/link-code", _service->key(), "{}");
            assertNotReady("failed");
        }
        sql("DROP TRIGGER no_entries");
        CPPUNIT_ASSERT_EQUAL(200, awaitReadiness(200));
        CPPUNIT_ASSERT_EQUAL(1, count(_service->log(), "the database can't be used"));
        CPPUNIT_ASSERT_EQUAL(1, count(_service->log(), "the database works again"));
    }

    void testFullVolumeIsReportedAndRecovers() {
        const SmallVolume volume(_service->folder() / "volume");
        if (!volume.isMounted())
            return say("a full volume");
        const auto key = moveTo(_service->folder() / "volume" / "db.sqlite3");
        volume.fill();
        CPPUNIT_ASSERT_EQUAL(503, awaitReadiness(503));
        assertNotReady("full");
        volume.empty();
        CPPUNIT_ASSERT_EQUAL(200, awaitReadiness(200));
        CPPUNIT_ASSERT_EQUAL(201, _service->post("/v1/link-code", key, "{}").status);
        volume.fill();
        CPPUNIT_ASSERT_EQUAL(503, awaitReadiness(503));
        (void)_service->stop();
        volume.fill(); // stopping has freed the -wal file
        assertStartEnds("the disk is full", "Free space");
        assertCommandEnds("the disk is full");
    }

    // Still working, but with less space than the -wal file may need.
    void testLowSpaceIsDegraded() {
        const auto ready = _service->get("/v1/readyz", {});
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), ready.text("status"));
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), part(ready, "disk"));
        const SmallVolume volume(_service->folder() / "volume");
        if (!volume.isMounted())
            return say("a small volume");
        (void)moveTo(_service->folder() / "volume" / "db.sqlite3");
        const auto degraded = _service->get("/v1/readyz", {});
        CPPUNIT_ASSERT_EQUAL(200, degraded.status);
        CPPUNIT_ASSERT_EQUAL(std::string("degraded"), degraded.text("status"));
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), part(degraded, "store"));
        CPPUNIT_ASSERT_EQUAL(std::string("low"), part(degraded, "disk"));
        CPPUNIT_ASSERT(count(_service->log(), "the volume of the database is nearly full") >= 1);
    }

    void testNewDatabaseIsReported() {
        // `client add` creates the database.
        CPPUNIT_ASSERT_EQUAL(1, count(_service->log(), "a new, empty database was made"));
        (void)_service->stop();
        _service->start();
        CPPUNIT_ASSERT_EQUAL(1, count(_service->log(), "a new, empty database was made"));
    }

    void testLostDatabaseIsReportedAsLost() {
        (void)_service->stop();
        fs::remove(_service->database());
        _service->start();
        const auto log = _service->log();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(log, 1,
                                     count(log, "the database was gone, and a new, empty one was made"));
        CPPUNIT_ASSERT_MESSAGE(log, log.find(_service->database().filename().string() + ".lock") !=
                                        std::string::npos);
    }

    void testStartOnWhatCantBeWrittenEnds() {
        (void)_service->stop();
        const auto folder = _service->database().parent_path();
        for (const auto& [path, problem] : {std::pair{_service->database(), std::string("can't be written")},
                                            {folder, "is not writable"}}) {
            if (!makeImmutable(path, true))
                return say("a file that root can't write");
            try {
                assertStartEnds(problem, path == folder ? "give it to the service's user"
                                                        : "writable for the service");
                assertCommandEnds(problem);
            } catch (...) {
                (void)makeImmutable(path, false);
                throw;
            }
            CPPUNIT_ASSERT(makeImmutable(path, false));
        }
        _service->start();
    }

    void testStartOnAReadOnlyVolumeEnds() {
        (void)_service->stop();
        const SmallVolume volume(_service->folder() / "volume");
        if (!volume.isMounted())
            return say("a read-only volume");
        _service->environment["CENTRAL_OAUTH_DB_PATH"] =
            (_service->folder() / "volume" / "db.sqlite3").string();
        (void)_service->addClient("client");
        volume.makeReadOnly();
        assertStartEnds("is not writable", "give it to the service's user");
        assertCommandEnds("is not writable");
    }

    void testStartOnAForeignShapeEnds() {
        (void)_service->stop();
        const auto finished =
            runToEnd("/usr/bin/sqlite3",
                     {_service->database().string(), "ALTER TABLE links ADD COLUMN extra TEXT"}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.exitCode);
        assertStartEnds("table links differs", "restore a backup");
        assertCommandEnds("table links differs");
    }

private:
    static std::string part(const HttpAnswer& answer, const std::string& name) {
        return answer.json()->getObject("parts")->getValue<std::string>(name);
    }

    // Runs SQL as an operator's own sqlite3 does beside the daemon.
    std::string sql(const std::string& statement) const {
        const auto finished =
            runToEnd("/usr/bin/sqlite3", {_service->database().string(), ".timeout 5000", statement}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.exitCode);
        return finished.output;
    }

    void assertNotReady(const std::string& state) const {
        const auto answer = _service->get("/v1/readyz", {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 503, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("store_unavailable"), answer.text("error"));
        CPPUNIT_ASSERT_EQUAL(state, part(answer, "store"));
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), part(answer, "key_ring"));
    }

    // Asks for at most half a minute until readiness has this status; returns the last one.
    [[nodiscard]] int awaitReadiness(int status) const {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        for (;;) {
            const int present = _service->get("/v1/readyz", {}).status;
            if (present == status || std::chrono::steady_clock::now() > deadline)
                return present;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }

    // Restarts the daemon with another database; returns the key of its only client.
    std::string moveTo(const fs::path& database) {
        (void)_service->stop();
        _service->environment["CENTRAL_OAUTH_DB_PATH"] = database.string();
        auto key = _service->addClient("client");
        _service->start();
        return key;
    }

    // Limits file sizes as LimitFSIZE= does, for the running daemon.
    void limitFiles(rlim_t bytes) const {
        const rlimit limit{bytes, RLIM_INFINITY};
        CPPUNIT_ASSERT_EQUAL(0, ::prlimit(_service->process().pid(), RLIMIT_FSIZE, &limit, nullptr));
    }

    // By its mode or, for root, which ignores modes, by its attribute.
    static bool makeImmutable(const fs::path& path, bool immutable) {
        if (::geteuid() == 0)
            return runToEnd("/usr/bin/chattr", {immutable ? "+i" : "-i", path.string()}, {}).exitCode == 0;
        fs::permissions(path, fs::perms::owner_write,
                        immutable ? fs::perm_options::remove : fs::perm_options::add);
        return true;
    }

    void assertStartEnds(const std::string& problem, const std::string& fix) const {
        const auto finished = _service->run({});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 74, finished.exitCode);
        CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find(problem) != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find(fix) != std::string::npos);
    }

    void assertCommandEnds(const std::string& problem) const {
        for (const std::vector<std::string>& command :
             {std::vector<std::string>{"client", "add", "late"}, {"client", "list"}}) {
            const auto finished = _service->run(command);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 74, finished.exitCode);
            CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find(problem) != std::string::npos);
            CPPUNIT_ASSERT_EQUAL(std::string(), finished.output);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UnusableDatabaseTest);
