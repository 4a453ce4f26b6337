// SPDX-License-Identifier: Apache-2.0
// Finds, reads and writes cli.json.
#include "central_oauth/cli/SettingsFile.h"

#include "JsonFile.h"
#include "PrivateFile.h"
#include "central_oauth/base/CredentialKind.h"
#include "central_oauth/base/Paths.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/cli/Failure.h"
#include "central_oauth/cli/PrintableText.h"
#include "central_oauth/platform/Process.h"

#include <utility>

namespace central_oauth::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* urlMember = "url";
constexpr const char* keyMember = "client_key";
constexpr const char* caMember = "ca";

Failure wrongMember(const SettingsFile& file, const std::string& fault) {
    return Failure(ExitCode::usage, file.shownPath() + ": " + fault,
                   "correct the file; its members are url, client_key and ca, each a text");
}

std::string textOf(const SettingsFile& file, const std::string& name, const Poco::Dynamic::Var& value) {
    if (!value.isString())
        throw wrongMember(file, name + " is not a text");
    std::string text = value.extract<std::string>();
    if (base::hasControls(text))
        throw wrongMember(file, name + " has a control character");
    return text;
}

// Returns whether the value looks like a credential, which may stand under a wrong name.
bool holdsCredential(const Poco::Dynamic::Var& value) {
    return value.isString() && base::looksLikeCredential(value.extract<std::string>());
}

std::optional<fs::path> absolutePath(const VariableLookup& variable, const char* name) {
    const std::string text = variable(name).value_or("");
    const fs::path path = base::pathOf(text);
    return path.is_absolute() ? std::optional(path) : std::nullopt;
}

} // namespace

std::optional<fs::path> settingsFolder(const VariableLookup& variable) {
    // The XDG Base Directory Specification requires that a relative path is ignored.
    std::optional<fs::path> base = absolutePath(variable, "XDG_CONFIG_HOME");
    if (const char* const name = platform::settingsVariable(); name != nullptr && !base)
        base = absolutePath(variable, name);
    else if (!base)
        if (const std::optional<fs::path> home = absolutePath(variable, "HOME"))
            base = *home / ".config";
    return base ? std::optional(*base / "central-oauth") : std::nullopt;
}

std::string SettingsFile::shownPath() const {
    return cli::shownPath(_path);
}

StoredSettings SettingsFile::read() const {
    StoredSettings settings;
    JsonFile file = readJsonFile(_path);
    settings.warnings = std::move(file.warnings);
    if (!file.object)
        return settings;
    for (const auto& [name, value] : *file.object) {
        if (file.isShared && (name == keyMember || holdsCredential(value)))
            throw sharedSecret(_path);
        if (name == urlMember)
            settings.url = textOf(*this, name, value);
        else if (name == keyMember)
            settings.clientKey = provider::Secret(textOf(*this, name, value));
        else if (name == caMember)
            settings.caFile = textOf(*this, name, value);
        else
            throw wrongMember(*this, "there is no setting " + printable(name, 40));
    }
    return settings;
}

void SettingsFile::update(const std::function<void(StoredSettings&)>& change) const {
    const FolderLock others(_path.parent_path());
    StoredSettings settings = read();
    change(settings);
    write(settings);
}

void SettingsFile::write(const StoredSettings& settings) const {
    if (settings.empty()) {
        removePrivateFile(_path);
        return;
    }
    Poco::JSON::Object object;
    if (!settings.url.empty())
        object.set(urlMember, settings.url);
    if (!settings.clientKey.empty())
        object.set(keyMember, std::string(settings.clientKey.reveal()));
    if (!settings.caFile.empty())
        object.set(caMember, settings.caFile);
    writeJsonFile(_path, object);
}

} // namespace central_oauth::cli
