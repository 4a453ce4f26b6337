// SPDX-License-Identifier: Apache-2.0
// From an id to a verified library: trust, whole file, dlopen, descriptor, factory, settings; in this order.
// The file is opened once, and used by its descriptor from then on.
#include "central_oauth/loader/PluginLibrary.h"

#include "DeclaredSettings.h"
#include "Descriptor.h"
#include "LibraryFile.h"
#include "central_oauth/base/Paths.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/platform/TrustedFile.h"

#include <algorithm>
#include <system_error>
#include <variant>

#include <Poco/Exception.h>
#include <Poco/SharedLibrary.h>

namespace central_oauth::loader {

namespace {

namespace fs = std::filesystem;
using Verdict = std::variant<PluginLibrary, PluginRefusal>;

bool isPluginId(const std::string& id) {
    return !id.empty() && id.size() <= 32 && base::isLowerLetter(id.front()) &&
           base::consistsOf(id,
                            [](char c) { return base::isLowerLetter(c) || base::isDigit(c) || c == '-'; });
}

RefusalReason reasonOf(platform::FileFault fault) {
    if (fault == platform::FileFault::missing || fault == platform::FileFault::unreadable)
        return RefusalReason::missing;
    return fault == platform::FileFault::wrongKind ? RefusalReason::notALibrary : RefusalReason::untrusted;
}

// If the file is missing, no other fault is reported.
PluginRefusal refusalFor(const std::string& id, const fs::path& file, const platform::Judgement& judgement) {
    const auto& last = judgement.refusals.back();
    if (reasonOf(last.fault) == RefusalReason::missing)
        return refusal(id, RefusalReason::missing,
                       "there is no readable file " + base::pathText(file) +
                           "; install it or remove the provider");
    if (last.fault == platform::FileFault::wrongKind)
        return refusal(id, RefusalReason::notALibrary,
                       base::pathText(file) +
                           " is no regular file; install the plugin's library in its place");
    std::string text = base::pathText(file);
    for (const auto& doubt : judgement.refusals)
        text += (&doubt == judgement.refusals.data() ? " " : ". It ") + doubt.problem + "; " + doubt.fix;
    return refusal(id, RefusalReason::untrusted, text);
}

std::variant<platform::OpenFile, PluginRefusal> openFile(const std::string& id, const fs::path& file) {
    auto opened = platform::openTrusted(platform::FileRole::plugin, file);
    if (opened.refused())
        return refusalFor(id, file, opened);
    try {
        if (const auto why = brokenFile(*opened.file))
            return refusal(id, RefusalReason::notALibrary, base::pathText(file) + " " + *why);
    } catch (const std::system_error& failure) {
        return refusal(id, RefusalReason::notALibrary,
                       base::pathText(file) + " can't be read (" + failure.code().message() +
                           "); check its disk");
    }
    return std::move(*opened.file);
}

// Returns the system's message with the file name that the operator knows.
std::string withName(std::string text, const std::string& used, const std::string& known) {
    for (auto at = text.find(used); at != std::string::npos; at = text.find(used, at + known.size()))
        text.replace(at, used.size(), known);
    return text;
}

// The library stays loaded, because Poco's destructor does not unload it. The file descriptor stays open: the
// dynamic linker knows the library by a path with that number, and would take a later file of the same number
// for this library.
std::variant<CentralOAuthEntry, PluginRefusal> openLibrary(const std::string& id, const fs::path& file,
                                                           platform::OpenFile opened) {
    Poco::SharedLibrary library;
    const std::string path = base::pathText(opened.reopenablePath());
    try {
        library.load(path, Poco::SharedLibrary::SHLIB_LOCAL);
    } catch (const Poco::Exception& error) {
        return refusal(id, RefusalReason::notALibrary,
                       "the system can't open it (" + withName(error.message(), path, base::pathText(file)) +
                           "); build it for this machine");
    }
    static_cast<void>(opened.release());
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
    auto opened = openFile(id, file);
    if (auto* refused = std::get_if<PluginRefusal>(&opened))
        return std::move(*refused);
    const auto entry = openLibrary(id, file, std::get<platform::OpenFile>(std::move(opened)));
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
        // The exception may hold text of the plugin, so the refusal does not quote it.
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
    add(outcome, loadOne(base::pathText(file.stem()), failed ? file : whole));
    return outcome;
}

std::vector<std::string> pluginIdsIn(const fs::path& directory) {
    std::vector<std::string> ids;
    std::error_code failed;
    for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        const std::string name = base::pathText(entry->path().filename());
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
