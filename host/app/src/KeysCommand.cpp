// SPDX-License-Identifier: Apache-2.0
#include "KeysCommand.h"

#include "StandardStreams.h"
#include "central_oauth/app/CommandLine.h"
#include "central_oauth/base/Paths.h"
#include "central_oauth/config/Environment.h"
#include "central_oauth/config/KeyRingFile.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/crypto/KeyRing.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/platform/Signals.h"

#include <iostream>

namespace central_oauth::app {

namespace {

constexpr std::size_t keyBytes = 32;

int exitCodeOf(config::KeyRingError::Kind kind) noexcept {
    switch (kind) {
    case config::KeyRingError::Kind::settings:
        return exitConfiguration;
    case config::KeyRingError::Kind::busy:
        return exitLocked;
    case config::KeyRingError::Kind::file:
        return exitStore;
    }
    return exitStore;
}

// A daemon that starts now seals with the key, so the key stays even if its id can't be printed.
void printId(const std::string& keyId) {
    try {
        writeResult(keyId + '\n');
        finishResult();
    } catch (const OutputError& failure) {
        throw OutputError(std::string(failure.what()) + "; the key " + keyId + " was added all the same.");
    }
}

int add() {
    const auto file = config::findKeyRingFile(config::Environment::fromProcess());
    const provider::Secret key(crypto::encodeHex(crypto::randomSecret(keyBytes).reveal()));
    config::KeyRingAddition addition(file, key);
    std::vector<std::string> faults;
    const auto ring = crypto::KeyRing::parse(addition.ring(), faults);
    if (!ring)
        throw config::KeyRingError(config::KeyRingError::Kind::settings,
                                   faults.front() + ". Nothing was changed.");
    const bool hides = addition.hidesFromOthers();
    const platform::HeldSignals held; // from here on no signal interrupts the change
    addition.commit();
    if (hides)
        std::cerr << "the other users of this machine could read " << base::pathText(file)
                  << ". Now only its owner can (mode 0600): if the daemon runs as another user, give it the "
                     "file with chown.\n";
    std::cerr << "key " << ring->currentKeyId() << " added to " << base::pathText(file)
              << ", which now holds " << ring->keyIds().size()
              << " keys. Restart the daemon to use it, and keep a copy of the file away from the backups of "
                 "the database.\n";
    printId(ring->currentKeyId());
    return exitOk;
}

} // namespace

int addEncryptionKey() {
    try {
        return add();
    } catch (const config::KeyRingError& failure) {
        std::cerr << "central-oauthd: " << failure.what() << '\n';
        return exitCodeOf(failure.kind());
    }
}

} // namespace central_oauth::app
