// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/config/KeyRingFile.h"

#include "KeyRing.h"
#include "LockedSecretFile.h"
#include "central_oauth/base/Paths.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/platform/TrustedFile.h"

#include <array>
#include <system_error>
#include <utility>

namespace central_oauth::config {

namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 2> keySettings{"CENTRAL_OAUTH_KEY_RING", "CENTRAL_OAUTH_SECRET_KEY"};

[[noreturn]] void refuse(const std::string& what) {
    throw KeyRingError(KeyRingError::Kind::settings, what);
}

// Tells an operator whose keys the command can't change how to do it by hand.
[[noreturn]] void refuseVariable(const std::string& name) {
    refuse("the keys are in the variable " + name +
           ", which this command can't change. Either put them into a file and name it by " + name +
           "_FILE instead; or make a key with `openssl rand -hex 32`, set CENTRAL_OAUTH_KEY_RING to the new "
           "key, a comma and all keys that there are, and unset CENTRAL_OAUTH_SECRET_KEY.");
}

[[noreturn]] void refuseCredential(const std::string& name) {
    refuse("the keys come from the service manager as the credential " + base::lower(name) +
           ", which is a copy. Run the command outside the service, and name the file behind it (in "
           "systemd, that of LoadCredential=) by " +
           name + "_FILE.");
}

bool liesIn(const fs::path& file, const fs::path& folder) {
    return file.lexically_normal().parent_path() == (folder / "x").lexically_normal().parent_path();
}

// Returns whether the service manager passes this setting, or the file is one of its copies. Assumes so if
// the directory can't be searched.
bool isCredential(const Environment& environment, const std::string& name,
                  const std::optional<std::string_view>& file) {
    const auto variable = environment.find("CREDENTIALS_DIRECTORY");
    if (!variable)
        return false;
    const fs::path folder{std::string(*variable)};
    std::error_code failed;
    const auto status = fs::symlink_status(folder / base::lower(name), failed);
    return status.type() != fs::file_type::not_found || (file && liesIn(base::pathOf(*file), folder));
}

// As at the start of the daemon: a user who can change the file could reveal the keys.
void requireTrusted(const fs::path& file) {
    const auto judgement = platform::judge(platform::FileRole::secret, file);
    if (judgement.refused())
        throw KeyRingError(KeyRingError::Kind::file,
                           "the key file " + base::pathText(file) + ' ' + judgement.refusals.front().problem +
                               ": " + judgement.refusals.front().fix + ". Nothing was changed.");
}

// A rename would replace only one name of the file; other hard links would keep the old keys.
void requireOneName(const fs::path& file) {
    std::error_code failed;
    if (fs::hard_link_count(file, failed) > 1 && !failed)
        throw KeyRingError(KeyRingError::Kind::file,
                           "the key file " + base::pathText(file) +
                               " has a second name (a hard link), under which the keys would stay as they "
                               "are: remove that name, or make it a symbolic link. Nothing was changed.");
}

// Refuses what the daemon refuses at its start, with the same words.
std::vector<provider::Secret> keysIn(std::string_view text, const fs::path& file) {
    std::vector<provider::Secret> keys;
    const auto refuseEntry = [&](const std::string& problem, const std::string& fix) {
        refuse("entry " + std::to_string(keys.size() + 1) + " of the key file " + base::pathText(file) + ' ' +
               problem + ": " + fix + ". Nothing was changed.");
    };
    for (const auto entry : base::splitList(text)) {
        if (const auto fault = keyFaultOf(entry); !fault.empty())
            refuseEntry(std::string(fault), "correct it first; make a key with: openssl rand -hex 32");
        provider::Secret key(base::lower(entry));
        if (const auto earlier = positionOf(key.reveal(), keys); earlier != 0)
            refuseEntry("repeats entry " + std::to_string(earlier), "list each key once");
        keys.push_back(std::move(key));
    }
    return keys;
}

// Reserves all: a growing string leaves copies of its characters behind.
provider::Secret joined(const provider::Secret& first, std::string_view rest) {
    std::string text;
    text.reserve(first.size() + rest.size() + 2);
    text.append(first.reveal()).append(",").append(rest).append("\n");
    return provider::Secret(std::move(text));
}

} // namespace

fs::path findKeyRingFile(const Environment& environment) {
    std::vector<std::pair<std::string, fs::path>> files;
    for (const std::string name : keySettings) {
        if (environment.find(name))
            refuseVariable(name);
        const auto file = environment.find(name + "_FILE");
        if (isCredential(environment, name, file))
            refuseCredential(name);
        if (file)
            files.emplace_back(name, std::string(*file));
    }
    if (files.empty())
        refuse(
            "no key file is set: name it by CENTRAL_OAUTH_SECRET_KEY_FILE or CENTRAL_OAUTH_KEY_RING_FILE.");
    if (files.size() > 1)
        refuse("CENTRAL_OAUTH_KEY_RING_FILE and CENTRAL_OAUTH_SECRET_KEY_FILE are both set. The ring has all "
               "keys: unset CENTRAL_OAUTH_SECRET_KEY_FILE, here and for the service, then run the command "
               "again.");
    return files.front().second;
}

KeyRingAddition::KeyRingAddition(const fs::path& file, const provider::Secret& hexKey)
    : _file((requireTrusted(file), std::make_unique<LockedSecretFile>(file))) {
    requireOneName(file);
    const auto content = _file->read();
    const auto text = base::trimEnd(content.reveal(), "\r\n");
    _ring = keysIn(text, file);
    _ring.insert(_ring.begin(), provider::Secret(base::lower(hexKey.reveal())));
    _content = joined(_ring.front(), text);
    if (_content.size() > LockedSecretFile::largest)
        refuse("the key file " + base::pathText(file) +
               " is full; remove keys that are no longer needed. Nothing was changed.");
}

KeyRingAddition::~KeyRingAddition() = default;

bool KeyRingAddition::hidesFromOthers() const {
    return _file->hidesFromOthers();
}

void KeyRingAddition::commit() {
    _file->replace(_content);
}

} // namespace central_oauth::config
