// SPDX-License-Identifier: Apache-2.0
// Each change reads the file, checks the new value, and writes the file anew.
#include "central_oauth/cli/ConfigCommand.h"

#include "CommandOptions.h"
#include "PrivateFile.h"
#include "central_oauth/base/Paths.h"
#include "central_oauth/cli/PrintableText.h"

#include <array>
#include <fstream>
#include <string_view>

namespace central_oauth::cli {

namespace {

constexpr std::array<const char*, 3> settingNames{"url", "client-key", "ca"};

Failure wrongUse(const std::string& problem) {
    return usageFailure(problem, "config");
}

// Returns the key's prefix, which shows its kind but does not identify it.
std::string masked(const provider::Secret& key) {
    return key.empty() ? "" : std::string(key.reveal().substr(0, 4)) + "...";
}

// Removes a password from the URL. A URL with a password is refused in use, but can be shown here.
std::string withoutUserInfo(std::string url) {
    const std::size_t scheme = url.find("://");
    const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
    const std::size_t end = url.rfind('@', url.find_first_of("/?#", begin));
    if (end != std::string::npos && end > begin)
        url.replace(begin, end - begin, "...");
    return url;
}

std::string row(const std::string& name, const std::string& value, const std::string& source) {
    const std::string shown = value.empty() ? "-" : printable(value);
    return name + std::string(name.size() < 12 ? 12 - name.size() : 1, ' ') + shown + "  (" + source + ")\n";
}

std::string from(const std::string& source, const char* otherwise) {
    return source.empty() ? otherwise : "from " + source;
}

std::string absoluteFile(const std::string& text) {
    const std::filesystem::path path = std::filesystem::absolute(base::pathOf(text));
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error) || !std::ifstream(path))
        throw Failure(ExitCode::usage, shownPath(path) + " can't be read",
                      "name a file of certificates in PEM form");
    const std::u8string absolute = path.u8string();
    return {absolute.begin(), absolute.end()};
}

void requireShape(bool holds, const char* usage) {
    if (!holds)
        throw wrongUse(std::string("that is used so: central-oauth config ") + usage);
}

} // namespace

void ConfigCommand::run() {
    if (_invocation.operand == "set") {
        set();
    } else if (_invocation.operand == "unset") {
        unset();
    } else {
        requireShape(_invocation.more.empty(), "path");
        if (_invocation.operand == "path")
            _terminal.output() << file().shownPath() << '\n';
        else
            show();
    }
}

void ConfigCommand::show() {
    const FoundSettings found = findSettings(_variable);
    _terminal.warn(found.values.warnings);
    _terminal.output() << row("url", withoutUserInfo(found.values.url), from(found.urlSource, "the default"))
                       << row("client-key", masked(found.values.clientKey),
                              from(found.keySource, "not set: central-oauth config set client-key"))
                       << row("ca", found.values.caFile,
                              from(found.caSource, "not set: the system's certificates only"));
    const auto folder = settingsFolder(_variable);
    std::error_code error;
    if (folder && std::filesystem::exists(file().path(), error))
        _terminal.output() << row("file", file().shownPath(), "the environment wins over it");
    else if (folder)
        _terminal.output() << row("file", file().shownPath(), "there is none yet");
}

void ConfigCommand::set() {
    const std::string& setting = name();
    const SettingsFile target = file();
    _terminal.warn(target.read().warnings); // before the question: a file that can't be used is not replaced
    if (setting == "client-key") {
        requireShape(_invocation.more.size() == 1, "set client-key, and type the key when asked");
        provider::Secret key = checkedKey(readKey(), "what was entered");
        target.update([&](StoredSettings& settings) { settings.clientKey = std::move(key); });
    } else if (setting == "url") {
        const std::string url = checkedUrl(valueOf(setting), "the value");
        target.update([&](StoredSettings& settings) { settings.url = url; });
    } else {
        const std::string file = absoluteFile(valueOf(setting));
        target.update([&](StoredSettings& settings) { settings.caFile = file; });
    }
    _terminal.messages() << "Kept " << setting << " in " << target.shownPath() << std::endl;
    if (setting == "url" && !_variable("CENTRAL_OAUTH_URL").value_or("").empty())
        _terminal.messages() << "CENTRAL_OAUTH_URL is set, too, and wins." << std::endl;
    if (setting == "client-key" && !_variable("CENTRAL_OAUTH_CLIENT_KEY").value_or("").empty())
        _terminal.messages() << "CENTRAL_OAUTH_CLIENT_KEY is set, too, and wins." << std::endl;
}

void ConfigCommand::unset() {
    const std::string& setting = name();
    requireShape(_invocation.more.size() == 1, "unset NAME");
    const SettingsFile target = file();
    target.update([&](StoredSettings& settings) {
        if (setting == "url")
            settings.url.clear();
        else if (setting == "ca")
            settings.caFile.clear();
        else
            settings.clientKey = provider::Secret();
    });
    _terminal.messages() << "Removed " << setting << " from " << target.shownPath() << std::endl;
}

SettingsFile ConfigCommand::file() const {
    const auto folder = settingsFolder(_variable);
    if (!folder)
        throw Failure(ExitCode::usage, "there is no folder for a settings file",
                      "set HOME or XDG_CONFIG_HOME (on Windows APPDATA) to an absolute path");
    return SettingsFile(*folder / "cli.json");
}

const std::string& ConfigCommand::name() const {
    requireShape(!_invocation.more.empty(),
                 _invocation.operand == "set" ? "set url|ca VALUE, or set client-key" : "unset NAME");
    for (const char* known : settingNames)
        if (_invocation.more.front() == known)
            return _invocation.more.front();
    throw wrongUse("there is no setting " + printable(_invocation.more.front(), 40) +
                   "; they are url, client-key and ca");
}

std::string ConfigCommand::valueOf(const std::string& name) const {
    requireShape(_invocation.more.size() == 2 && !_invocation.more.back().empty(),
                 name == "url" ? "set url URL" : "set ca FILE");
    return _invocation.more.back();
}

provider::Secret ConfigCommand::readKey() {
    std::optional<std::string> line;
    if (_terminal.traits().answers)
        line = _terminal.ask("Client key (cok_..., not shown): ", true);
    else if (_terminal.traits().typed)
        throw Failure(ExitCode::usage, "the client key has to be asked for, and no question is allowed here",
                      "pipe it in: central-oauth config set client-key < KEY_FILE");
    else
        line = _terminal.readLine();
    provider::Secret key(line ? std::move(*line) : std::string());
    if (key.empty())
        throw Failure(ExitCode::usage, "no client key was entered", "nothing was changed; try again");
    return key;
}

} // namespace central_oauth::cli
