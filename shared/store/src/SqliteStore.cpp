// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/store/SqliteStore.h"

#include "Database.h"
#include "DatabaseLock.h"
#include "InstanceTable.h"
#include "Migrations.h"
#include "PlatformFiles.h"
#include "Query.h"
#include "SqliteAccountRepository.h"
#include "SqliteAuditLog.h"
#include "SqliteClientRepository.h"
#include "SqliteGrantTokenRepository.h"
#include "SqliteLinkRepository.h"
#include "Vault.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/platform/TrustedFile.h"

#include <system_error>

namespace central_oauth::store {

namespace {

namespace fs = std::filesystem;

// The one name of the file: by two names of it two processes would take two locks.
fs::path realPathOf(const fs::path& path) {
    return fs::weakly_canonical(fs::absolute(path));
}

// Somebody else who can change the database or put another in its place has what this service has.
void requireTrust(const std::string& what, const fs::path& path,
                  const central_oauth::platform::Judgement& judgement, const logging::Channel& log) {
    for (const auto& doubt : judgement.warnings)
        log.warning("a file of the database is not in the service's hands alone",
                    {{"file", platform::utf8Of(path)}, {"problem", doubt.problem}, {"fix", doubt.fix}});
    if (!judgement.refused())
        return;
    std::string text = "the " + what + " " + platform::utf8Of(path);
    for (const auto& doubt : judgement.refusals)
        text += (&doubt == judgement.refusals.data() ? " " : ". It ") + doubt.problem + "; " + doubt.fix;
    throw StoreError(StoreFault::failed, text);
}

fs::path prepareDirectory(const fs::path& file, const logging::Channel& log) {
    using central_oauth::platform::FileRole;
    const fs::path directory = file.parent_path();
    platform::makePrivateDirectory(directory);
    requireTrust("directory of the database", directory,
                 central_oauth::platform::judge(FileRole::databaseFolder, directory), log);
    if (!platform::isWritableDirectory(directory))
        throw StoreError(StoreFault::failed, "the directory " + platform::utf8Of(directory) +
                                                 " of the database is not writable for this process");
    if (const auto kind = platform::networkFileSystem(directory); !kind.empty())
        throw StoreError(StoreFault::failed,
                         "the database " + platform::utf8Of(file) + " is on a network file system (" +
                             std::string(kind) +
                             "), where SQLite's locks can't be trusted; move it to a local "
                             "disk");
    return file;
}

fs::path lockFileOf(const fs::path& file) {
    fs::path lockFile = file;
    lockFile += ".lock";
    return lockFile;
}

const fs::path& prepareFile(const fs::path& file, const logging::Channel& log) {
    const bool isNew = platform::makePrivateFile(file);
    using central_oauth::platform::FileRole;
    auto judgement = central_oauth::platform::judge(FileRole::database, file);
    judgement.warnings.clear(); // what they say is taken away below
    requireTrust("database", file, judgement, log);
    if (!isNew && platform::restrictToOwner(file))
        log.warning("the database file could be read by others; now it can't",
                    {{"file", platform::utf8Of(file)}});
    return file;
}

std::string joined(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names)
        all += (all.empty() ? "" : ",") + name;
    return all;
}

} // namespace

/// Everything an open store consists of; the order is that of dependency, so the lock goes last.
struct SqliteStore::Parts {
    Parts(const StoreOptions& options, crypto::Sealer sealer, const base::Clock& clock,
          logging::Logger& logger)
        : log(logger.channel("central_oauth.store")),
          file(prepareDirectory(realPathOf(options.path), log)),
          lock(lockFileOf(file), options.lockWait),
          database(prepareFile(file, log)),
          vault(std::move(sealer), log),
          migration(migrate(database, file, embeddedMigrations())),
          accounts(database, vault),
          links(database, vault, log),
          clients(database),
          grantTokens(database),
          audit(database, logger.channel("central_oauth.audit")) {
        database.openReaders(options.readers);
        instance = openInstance(database, vault, base::nowOf(clock));
        report();
    }

    void report() {
        if (migration.reached != migration.before)
            log.info("database migrated",
                     {{"from", migration.before},
                      {"to", migration.reached},
                      {"copy", migration.copy ? platform::utf8Of(*migration.copy) : std::string()}});
        log.info("database opened", {{"file", platform::utf8Of(file)},
                                     {"schema", migration.reached},
                                     {"journal_mode", "wal"},
                                     {"instance", instance.id},
                                     {"key_ids", joined(vault.sealer().keyIds())}});
    }

    logging::Channel log;
    fs::path file;
    DatabaseLock lock;
    Database database;
    Vault vault;
    MigrationResult migration;
    Instance instance;
    SqliteAccountRepository accounts;
    SqliteLinkRepository links;
    SqliteClientRepository clients;
    SqliteGrantTokenRepository grantTokens;
    SqliteAuditLog audit;
};

namespace {

// A ring can't be copied and a sealer owns one: the store's own holds the same keys in locked memory.
crypto::Sealer sealerOf(const crypto::KeyRing& keys) {
    std::vector<Secret> hexKeys;
    for (const std::string& keyId : keys.keyIds())
        hexKeys.emplace_back(crypto::encodeHex(keys.findKey(keyId).value()));
    std::vector<std::string> faults;
    return crypto::Sealer(crypto::KeyRing::parse(hexKeys, faults).value());
}

StoreError failed(const StoreOptions& options, const std::exception& cause) {
    return {StoreFault::failed,
            "can't open the database " + platform::utf8Of(options.path) + ": " + cause.what()};
}

} // namespace

SqliteStore::SqliteStore(const StoreOptions& options, const crypto::KeyRing& keys, const base::Clock& clock,
                         logging::Logger& logger) {
    try {
        _parts = std::make_unique<Parts>(options, sealerOf(keys), clock, logger);
    } catch (const base::Error& error) {
        throw failed(options, error);
    } catch (const std::system_error& error) {
        throw failed(options, error);
    }
}

SqliteStore::~SqliteStore() = default;

ClientRepository& SqliteStore::clients() noexcept {
    return _parts->clients;
}

LinkRepository& SqliteStore::links() noexcept {
    return _parts->links;
}

AccountRepository& SqliteStore::accounts() noexcept {
    return _parts->accounts;
}

GrantTokenRepository& SqliteStore::grantTokens() noexcept {
    return _parts->grantTokens;
}

AuditLog& SqliteStore::audit() noexcept {
    return _parts->audit;
}

const provider::Secret& SqliteStore::serverKey() const noexcept {
    return _parts->instance.serverKey;
}

int SqliteStore::schemaVersion() const noexcept {
    return _parts->migration.reached;
}

void SqliteStore::probe() {
    _parts->database.read([](Poco::Data::Session& session) {
        std::int64_t one = 0;
        Query query(session, "SELECT id FROM instance");
        query.into(one);
        if (!query.next())
            throw base::Error(base::ErrorCode::storeUnavailable, {}, "the instance's row is gone");
        return one;
    });
    _parts->database.write([](Poco::Data::Session&) { return true; });
}

} // namespace central_oauth::store
