// SPDX-License-Identifier: Apache-2.0
// From an id to a verified library: path, trust, whole file, dlopen, descriptor, factory, settings; in this
// order.
#include "central_oauth/loader/PluginLibrary.h"

#include "DeclaredSettings.h"
#include "Descriptor.h"
#include "LibraryFile.h"
#include "PathTrust.h"

#include <algorithm>
#include <system_error>
#include <variant>

#include <Poco/Exception.h>
#include <Poco/SharedLibrary.h>

namespace central_oauth::loader {

namespace {

namespace fs = std::filesystem;
using Verdict = std::variant<PluginLibrary, PluginRefusal>;

PluginRefusal refusal(const std::string& id, RefusalReason reason, const std::string& text) {
    return {id, reason, "plugin " + id + ": " + text};
}

bool isPluginId(const std::string& id) {
    const auto isLower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !id.empty() && id.size() <= 32 && isLower(id.front()) &&
           std::all_of(id.begin(), id.end(),
                       [&](char c) { return isLower(c) || (c >= '0' && c <= '9') || c == '-'; });
}

// Path and directory as named, and `real`, what a symbolic link leads to: that is what is opened then.
std::optional<PluginRefusal> refusalOfFile(const std::string& id, const fs::path& file, fs::path& real) {
    std::error_code failed;
    real = fs::canonical(file, failed);
    if (failed)
        return refusal(id, RefusalReason::missing,
                       "there is no readable file " + file.string() + "; install it or remove the provider");
    for (const fs::path& path : {file.parent_path(), real.parent_path(), real}) {
        if (const auto why = distrustOf(path))
            return refusal(id, RefusalReason::untrusted, path.string() + " " + *why);
    }
    if (const auto why = brokenFile(real))
        return refusal(id, RefusalReason::notALibrary, real.string() + " " + *why);
    return std::nullopt;
}

// The object goes, the library stays: Poco's destructor does not unload.
std::variant<CentralOAuthEntry, PluginRefusal> openLibrary(const std::string& id, const fs::path& file) {
    Poco::SharedLibrary library;
    try {
        library.load(file.string(), Poco::SharedLibrary::SHLIB_LOCAL);
    } catch (const Poco::Exception& error) {
        return refusal(id, RefusalReason::notALibrary,
                       "the system can't open it (" + error.message() + "); build it for this machine");
    }
    if (!library.hasSymbol(CENTRAL_OAUTH_ENTRY_NAME))
        return refusal(id, RefusalReason::noEntry,
                       "it exports no " CENTRAL_OAUTH_ENTRY_NAME
                       "; build it with the macro CENTRAL_OAUTH_PROVIDER");
    return reinterpret_cast<CentralOAuthEntry>(library.getSymbol(CENTRAL_OAUTH_ENTRY_NAME));
}

Verdict loadOne(const std::string& id, const fs::path& file) {
    if (!isPluginId(id))
        return PluginRefusal{
            id, RefusalReason::malformedId,
            "\"" + id + "\" is no plugin id; use lower-case letters, digits and hyphens, 32 at most"};
    fs::path real;
    if (auto refused = refusalOfFile(id, file, real))
        return *std::move(refused);
    const auto entry = openLibrary(id, real);
    if (const auto* refused = std::get_if<PluginRefusal>(&entry))
        return *refused;
    try {
        const CentralOAuthProviderV1* descriptor = std::get<CentralOAuthEntry>(entry)();
        if (auto refused = refusalOf(descriptor, id))
            return *std::move(refused);
        const auto& factory = descriptor->factory();
        auto settings = factory.settings();
        if (const auto fault = faultOf(settings))
            return refusal(id, RefusalReason::badSettings, *fault);
        return PluginLibrary(descriptor->id, descriptor->version, descriptor->displayName,
                             std::move(settings), factory);
    } catch (...) {
        // Whatever it was, it may hold a text of the plugin's; that it happened at all says enough.
        return refusal(id, RefusalReason::factoryFailed,
                       "its factory threw an exception; report that to its author");
    }
}

void add(LoadOutcome& outcome, Verdict verdict) {
    if (auto* library = std::get_if<PluginLibrary>(&verdict))
        outcome.libraries.push_back(std::move(*library));
    else
        outcome.refusals.push_back(std::get<PluginRefusal>(std::move(verdict)));
}

} // namespace

LoadOutcome loadPlugins(const fs::path& directory, const std::vector<std::string>& ids) {
    LoadOutcome outcome;
    for (auto id = ids.begin(); id != ids.end(); ++id) {
        if (std::find(ids.begin(), id, *id) == id)
            add(outcome, loadOne(*id, directory / (*id + Poco::SharedLibrary::suffix())));
    }
    return outcome;
}

LoadOutcome loadPluginFile(const fs::path& file) {
    LoadOutcome outcome;
    std::error_code failed;
    // dlopen searches the system's directories for a name without a slash.
    const fs::path whole = fs::absolute(file, failed);
    add(outcome, loadOne(file.stem().string(), failed ? file : whole));
    return outcome;
}

std::vector<std::string> pluginIdsIn(const fs::path& directory) {
    std::vector<std::string> ids;
    std::error_code failed;
    for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        const std::string name = entry->path().filename().string();
        const std::string suffix = Poco::SharedLibrary::suffix();
        const std::string id =
            name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : std::string();
        if (isPluginId(id))
            ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

} // namespace central_oauth::loader
