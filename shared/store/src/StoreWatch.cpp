// SPDX-License-Identifier: Apache-2.0
#include "StoreWatch.h"

#include "StoreTroubleError.h"

#include <utility>

namespace central_oauth::store {

namespace {

// Checks run every few seconds. A check that waits for the disk this long is trouble itself.
constexpr std::chrono::seconds checkIsLate{30};

// With fewer, the state would flap if checks succeed and some requests fail.
constexpr int soundChecksNeeded = 2;

// Troubles that each query determines anew.
bool isOfFiles(StoreTrouble trouble) noexcept {
    return trouble == StoreTrouble::fileMissing || trouble == StoreTrouble::fileReplaced ||
           trouble == StoreTrouble::fileCut;
}

} // namespace

void StoreWatch::requireFiles() {
    auto fault = _files.findContentFault();
    State state{fault.trouble, platform::utf8Of(fault.file)};
    if (state.trouble == StoreTrouble::none) {
        const std::lock_guard hold(_mutex);
        if (!isOfFiles(_failure.trouble))
            return;
        state = _failure;
    }
    report(state);
    throw StoreTroubleError(state.trouble, std::string(troubleText(state.trouble)) + ": " + state.detail);
}

void StoreWatch::requireWorking() {
    const State state = present();
    report(state);
    if (state.trouble != StoreTrouble::none)
        throw StoreTroubleError(state.trouble, std::string(troubleText(state.trouble)) + ": " + state.detail);
}

void StoreWatch::noteFailure(StoreTrouble trouble, const std::string& detail) {
    if (trouble == StoreTrouble::none || isOfFiles(trouble))
        return;
    {
        const std::lock_guard hold(_mutex);
        if (_isFinal)
            return;
        _failure = {trouble, detail};
        _isFinal = trouble == StoreTrouble::damaged;
        _soundChecks = 0;
    }
    report(present());
}

void StoreWatch::noteForeignContent(const std::string& detail) {
    {
        const std::lock_guard hold(_mutex);
        _failure = {StoreTrouble::fileReplaced, detail};
        _isFinal = true;
    }
    report(present());
}

void StoreWatch::noteCheck(bool keyRingFits) {
    bool hasChanged = false;
    {
        const std::lock_guard hold(_mutex);
        // A lock is released at once; other failures may recur.
        const int needed = _failure.trouble == StoreTrouble::busy ? 1 : soundChecksNeeded;
        if (!_isFinal && ++_soundChecks >= needed)
            _failure = {};
        hasChanged = std::exchange(_keyRingFits, keyRingFits) != keyRingFits;
        _lastCheck = std::chrono::steady_clock::now();
    }
    if (hasChanged && _log && !keyRingFits)
        _log->error(
            "a key of the ring does not open its check value any more",
            {{"file", platform::utf8Of(_files.database())},
             {"fix", "The table key_checks was changed: restart the service with a restored backup."}});
    else if (hasChanged && _log)
        _log->info("the key ring fits the database again");
    report(present());
}

void StoreWatch::noteSpace(std::uintmax_t available, std::uintmax_t enough) {
    bool hasChanged = false;
    {
        const std::lock_guard hold(_mutex);
        hasChanged = std::exchange(_isSpaceLow, available < enough) != (available < enough);
    }
    if (!hasChanged || !_log)
        return;
    if (available < enough)
        _log->warning("the volume of the database is nearly full",
                      {{"file", platform::utf8Of(_files.database())},
                       {"available_bytes", available},
                       {"fix", troubleFix(StoreTrouble::full)}});
    else
        _log->info("the volume of the database has space again", {{"available_bytes", available}});
}

StoreReadiness StoreWatch::readiness() {
    const State state = present();
    report(state);
    const std::lock_guard hold(_mutex);
    return {state.trouble, _keyRingFits, _isSpaceLow};
}

StoreWatch::State StoreWatch::present() {
    if (auto fault = _files.findFault(); fault.trouble != StoreTrouble::none)
        return {fault.trouble, platform::utf8Of(fault.file)};
    const std::lock_guard hold(_mutex);
    if (_failure.trouble == StoreTrouble::none && _lastCheck &&
        std::chrono::steady_clock::now() - *_lastCheck > checkIsLate)
        return {StoreTrouble::stuck,
                "the last check is older than " + std::to_string(checkIsLate.count()) + " s"};
    return _failure;
}

void StoreWatch::report(const State& state) {
    {
        const std::lock_guard hold(_mutex);
        if (std::exchange(_reported, state.trouble) == state.trouble)
            return;
    }
    if (!_log)
        return;
    if (state.trouble == StoreTrouble::none)
        _log->info("the database works again", {{"file", platform::utf8Of(_files.database())}});
    else
        _log->error("the database can't be used: " + std::string(troubleText(state.trouble)),
                    {{"part", "store"},
                     {"state", nameOf(state.trouble)},
                     {"file", platform::utf8Of(_files.database())},
                     {"detail", state.detail},
                     {"fix", troubleFix(state.trouble)}});
}

} // namespace central_oauth::store
