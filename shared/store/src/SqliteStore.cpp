// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/store/SqliteStore.h"

#include "Database.h"
#include "InstanceTable.h"
#include "Migrations.h"
#include "Query.h"
#include "RowSealer.h"
#include "RowValues.h"
#include "SqliteView.h"
#include "StoreProbe.h"
#include "StoreTroubleError.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/Paths.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/platform/FileLock.h"
#include "central_oauth/platform/Files.h"
#include "central_oauth/platform/TrustedFile.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <system_error>

namespace central_oauth::store {

namespace {

namespace fs = std::filesystem;

// Resolves the file to one name: with two names, two processes would take two locks.
fs::path realPathOf(const fs::path& path) {
    return fs::weakly_canonical(fs::absolute(path));
}

// A user who can change or replace the database has the same power as this service.
void requireTrust(const std::string& what, const fs::path& path, const platform::Judgement& judgement,
                  const logging::Channel& log) {
    for (const auto& doubt : judgement.warnings)
        log.warning("other users have access to a file of the database",
                    {{"file", platform::utf8Of(path)}, {"problem", doubt.problem}, {"fix", doubt.fix}});
    if (!judgement.refused())
        return;
    std::string text = "the " + what + " " + platform::utf8Of(path);
    for (const auto& doubt : judgement.refusals)
        text += (&doubt == judgement.refusals.data() ? " " : ". It ") + doubt.problem + "; " + doubt.fix;
    throw StoreError(StoreFault::failed, text);
}

fs::path prepareDirectory(const fs::path& file, const logging::Channel& log) {
    const fs::path directory = file.parent_path();
    platform::makePrivateDirectory(directory);
    requireTrust("directory of the database", directory,
                 platform::judge(platform::FileRole::databaseFolder, directory), log);
    if (!fs::is_directory(directory) || !platform::isWritable(directory))
        throw StoreError(StoreFault::failed, "the directory " + platform::utf8Of(directory) +
                                                 " of the database is not writable for this process; give it "
                                                 "to the service's user with mode 0700");
    if (const auto kind = platform::networkFileSystem(directory); !kind.empty())
        throw StoreError(StoreFault::failed,
                         "the database " + platform::utf8Of(file) + " is on a network file system (" +
                             std::string(kind) +
                             "), where SQLite's locks can't be trusted; move it to a local "
                             "disk");
    return file;
}

// Keeps a second process away from the database.
platform::FileLock lockDatabase(const fs::path& file, std::chrono::seconds wait,
                                const logging::Channel& log) {
    fs::path lockFile = file;
    lockFile += ".lock";
    auto lock = platform::FileLock::ofLockFile(lockFile);
    const auto onWait = [&] {
        log.info("another process has the database; waiting for it",
                 {{"file", platform::utf8Of(file)}, {"seconds", wait.count()}});
    };
    if (!lock.acquire(wait, onWait))
        throw StoreError(StoreFault::locked, "another process has the database: it holds " +
                                                 platform::utf8Of(lockFile) + " (waited " +
                                                 std::to_string(wait.count()) + " s).");
    return lock;
}

// Finds traces of an earlier database that is gone.
std::vector<std::string> findTraces(const fs::path& file) {
    std::vector<std::string> traces;
    std::error_code ignored;
    const auto size = fs::file_size(file, ignored);
    if (!ignored && size > 0)
        return traces;
    const std::string name = base::pathText(file.filename());
    for (const auto& entry : fs::directory_iterator(file.parent_path(), ignored)) {
        const std::string other = base::pathText(entry.path().filename());
        if (other.starts_with(name) && other != name)
            traces.push_back(other);
    }
    std::sort(traces.begin(), traces.end());
    return traces;
}

// Makes a file private: the database, or a file that SQLite or this store keeps beside it. The latter may be
// gone by now: SQLite removes them when another program closes the database.
void takeFromOthers(const fs::path& file, bool mayBeGone, const logging::Channel& log) {
    auto judgement = platform::judge(platform::FileRole::database, file);
    judgement.warnings.clear(); // the permissions they report are removed below
    if (mayBeGone)
        std::erase_if(judgement.refusals,
                      [](const auto& doubt) { return doubt.fault == platform::FileFault::missing; });
    requireTrust("database", file, judgement, log);
    if (platform::restrictToOwner(file))
        log.warning("removed other users' access to a file of the database",
                    {{"file", platform::utf8Of(file)}});
}

const fs::path& prepareFile(const fs::path& file, const logging::Channel& log) {
    (void)platform::makePrivateFile(file);
    std::error_code ignored;
    for (const char* ending : {"", "-wal", "-shm", "-journal", ".lock"}) {
        fs::path part = file;
        part += ending;
        if (fs::exists(fs::symlink_status(part, ignored)))
            takeFromOthers(part, part != file, log);
    }
    if (fs::hard_link_count(file, ignored) > 1 && !ignored)
        log.warning("the database file has a second name (a hard link): a program that opens it by that name "
                    "damages it",
                    {{"file", platform::utf8Of(file)}, {"fix", "Remove the other name, or copy the file."}});
    return file;
}

// The interval without trouble. While there is trouble, each check writes.
constexpr std::chrono::seconds writeEvery{6};

} // namespace

/// All parts of an open store, in order of dependency; the lock is released last.
struct SqliteStore::Parts {
    Parts(const StoreOptions& options, crypto::Sealer aead, const base::Clock& clock, logging::Logger& logger)
        : log(logger.channel("central_oauth.store")),
          file(prepareDirectory(realPathOf(options.path), log)),
          traces(findTraces(file)),
          lock(lockDatabase(file, options.lockWait, log)),
          database(prepareFile(file, log), log),
          sealer(std::move(aead), log),
          migration(migrate(database, file, embeddedMigrations())),
          instance(openAll(options.readers, clock)),
          authenticator(instance.serverKey),
          atCommit(options.atCommit) {
        database.watch().filesAreOpen();
        check();
        database.watch().requireWorking();
        report();
    }

    Instance openAll(std::size_t readers, const base::Clock& clock) {
        database.openReaders(readers);
        return openInstance(database, sealer, base::nowOf(clock));
    }

    [[nodiscard]] RowAccess accessTo(Connection& connection) const {
        return {connection, authenticator, database.damage()};
    }

    void noteCommit(const domain::Committed& changes, bool isDurable) const {
        if (atCommit)
            atCommit(changes, isDurable);
    }

    void publish(const domain::Committed& changes) const {
        noteCommit(changes, true);
        if (observer != nullptr && !(changes.links.empty() && changes.entries.empty()))
            observer->committed(changes);
    }

    void check() {
        std::error_code failure;
        if (const auto space = fs::space(file.parent_path(), failure); !failure)
            database.watch().noteSpace(space.available, enoughSpace);
        const auto now = std::chrono::steady_clock::now();
        if (lastWrite && database.watch().readiness().works() && now - *lastWrite < writeEvery)
            return;
        lastWrite = now;
        try {
            probe.write(database);
            database.watch().noteCheck(keysFit(database, sealer));
        } catch (const StoreTroubleError&) {
            // The watch has recorded it.
        } catch (const base::Error& error) {
            database.watch().noteFailure(StoreTrouble::failed, error.what());
        }
    }

    void report() {
        if (migration.before == 0)
            reportNew();
        else if (migration.reached != migration.before)
            log.info("database migrated",
                     {{"from", migration.before},
                      {"to", migration.reached},
                      {"copy", migration.copy ? platform::utf8Of(*migration.copy) : std::string()}});
        log.info("database opened", {{"file", platform::utf8Of(file)},
                                     {"schema", migration.reached},
                                     {"journal_mode", "wal"},
                                     {"instance", instance.id},
                                     {"key_ids", base::join(sealer.aead().keyIds(), ",")}});
    }

    void reportNew() {
        if (traces.empty())
            log.warning(
                "a new, empty database was made, because there was none",
                {{"file", platform::utf8Of(file)},
                 {"fix", "None is needed at the first start. Otherwise stop, and see CENTRAL_OAUTH_DB_PATH "
                         "and whether the volume is mounted."}});
        else
            log.warning(
                "the database was gone, and a new, empty one was made: clients, accounts and grants of "
                "the earlier one are not there",
                {{"file", platform::utf8Of(file)},
                 {"traces", base::join(traces, ",")},
                 {"fix", "Unless you removed it on purpose: stop, and put the earlier database back."}});
    }

    logging::Channel log;
    fs::path file;
    std::vector<std::string> traces; ///< of an earlier database that is gone
    platform::FileLock lock;
    Database database;
    RowSealer sealer;
    MigrationResult migration;
    Instance instance;
    RowAuthenticator authenticator;
    StoreProbe probe;
    std::optional<std::chrono::steady_clock::time_point> lastWrite; ///< of check
    std::function<void(const domain::Committed&, bool)> atCommit;
    domain::CommitObserver* observer = nullptr;
};

namespace {

// A ring can't be copied and a sealer owns one, so the store's sealer holds the same keys in its own locked
// memory.
crypto::Sealer sealerOf(const crypto::KeyRing& keys) {
    std::vector<provider::Secret> hexKeys;
    for (const std::string& keyId : keys.keyIds())
        hexKeys.emplace_back(crypto::encodeHex(keys.findKey(keyId).value()));
    std::vector<std::string> faults;
    return crypto::Sealer(crypto::KeyRing::parse(hexKeys, faults).value());
}

StoreError failed(const StoreOptions& options, const std::exception& cause) {
    return {StoreFault::failed,
            "can't open the database " + platform::utf8Of(options.path) + ": " + cause.what()};
}

StoreError failed(const StoreOptions& options, const StoreTroubleError& cause) {
    constexpr std::uintmax_t hardlyAny = std::uintmax_t{64} * 1024;
    auto trouble = cause.trouble();
    // SQLite reports an I/O error if there is no room for the -shm file.
    std::error_code unknown;
    const auto space = fs::space(fs::absolute(options.path).parent_path(), unknown);
    if (trouble == StoreTrouble::ioError && !unknown && space.available < hardlyAny)
        trouble = StoreTrouble::full;
    return {StoreFault::failed, "can't use the database " + platform::utf8Of(options.path) + ": " +
                                    std::string(troubleText(trouble)) + " (" + cause.what() + "). " +
                                    std::string(troubleFix(trouble))};
}

} // namespace

/// A transaction of one caller. `fn` lives as long as the caller waits.
class SqliteStore::GroupedTransaction final : public GroupedWrite {
public:
    GroupedTransaction(const Parts& parts, const std::function<void(domain::Transaction&)>& fn)
        : _parts(parts), _fn(fn) {}

    void run(Connection& connection) override {
        SqliteView view(_parts.accessTo(connection));
        _fn(view);
        _changes = view.changes();
        _parts.noteCommit(_changes, false);
    }

    [[nodiscard]] const domain::Committed& changes() const noexcept { return _changes; }

private:
    const Parts& _parts;
    const std::function<void(domain::Transaction&)>& _fn;
    domain::Committed _changes;
};

SqliteStore::SqliteStore(const StoreOptions& options, const crypto::KeyRing& keys, const base::Clock& clock,
                         logging::Logger& logger) {
    try {
        _parts = std::make_unique<Parts>(options, sealerOf(keys), clock, logger);
    } catch (const StoreTroubleError& error) {
        throw failed(options, error);
    } catch (const base::Error& error) {
        throw failed(options, error);
    } catch (const std::system_error& error) {
        throw failed(options, error);
    }
}

SqliteStore::~SqliteStore() = default;

void SqliteStore::doRead(const std::function<void(const domain::ReadView&)>& fn) const {
    _parts->database.readSnapshot([&](Connection& connection) {
        const SqliteView view(_parts->accessTo(connection));
        fn(view);
    });
}

void SqliteStore::doTransact(const std::function<void(domain::Transaction&)>& fn) {
    const auto write = std::make_shared<GroupedTransaction>(*_parts, fn);
    _parts->database.writeTogether(write);
    _parts->publish(write->changes());
}

bool SqliteStore::doTransactIfFree(const std::function<void(domain::Transaction&)>& fn) {
    domain::Committed changes;
    const bool isDone = _parts->database.writeIfFree([&](Connection& connection) {
        SqliteView view(_parts->accessTo(connection));
        fn(view);
        changes = view.changes();
        _parts->noteCommit(changes, false);
    });
    if (isDone)
        _parts->publish(changes);
    return isDone;
}

void SqliteStore::requireWritable() const {
    _parts->database.watch().requireWorking();
}

void SqliteStore::observe(domain::CommitObserver* observer) {
    _parts->observer = observer;
}

const domain::Sealer& SqliteStore::sealer() const noexcept {
    return _parts->sealer;
}

const provider::Secret& SqliteStore::serverKey() const noexcept {
    return _parts->instance.serverKey;
}

int SqliteStore::schemaVersion() const noexcept {
    return _parts->migration.reached;
}

void SqliteStore::check() {
    _parts->check();
}

void SqliteStore::probe() {
    _parts->database.read([](Connection& connection) {
        std::int64_t one = 0;
        Query query(connection, "SELECT id FROM instance");
        query.into(one);
        return query.next();
    });
    _parts->database.probeWriter();
}

domain::StoreReadiness SqliteStore::readiness() const {
    return _parts->database.watch().readiness();
}

} // namespace central_oauth::store
