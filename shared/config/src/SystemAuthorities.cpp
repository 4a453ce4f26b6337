// SPDX-License-Identifier: Apache-2.0
#include "SystemAuthorities.h"

#include "FileReport.h"
#include "central_oauth/base/Paths.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/platform/TrustedFile.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include <Poco/Path.h>

namespace central_oauth::config {

namespace {

namespace fs = std::filesystem;

constexpr const char* fileVariable = "SSL_CERT_FILE";
constexpr const char* folderVariable = "SSL_CERT_DIR";

// OpenSSL opens only these: the hash of the subject in eight hex digits, a dot, "r" for a revocation list,
// and a number.
bool isOpenedByOpenSsl(std::string_view name) {
    constexpr std::size_t digits = 8;
    if (name.size() <= digits || name[digits] != '.' ||
        !base::consistsOf(name.substr(0, digits), base::isHexDigit))
        return false;
    auto number = name.substr(digits + 1);
    if (!number.empty() && base::lower(number.front()) == 'r')
        number.remove_prefix(1);
    return base::isNumber(number);
}

// The start of a sentence. Includes the path only if such a directory exists: a misplaced secret names none.
struct Subject {
    explicit Subject(const fs::path& folder) {
        const std::string path = base::pathText(folder);
        std::error_code ignored;
        const bool isPlain =
            std::all_of(path.begin(), path.end(), [](char c) { return c >= ' ' && c <= '~'; });
        if (!isPlain || !fs::is_directory(folder, ignored))
            return;
        itself = "names the directory " + path + ", which ";
        itsFile = "names the directory " + path + ", whose file ";
    }

    std::string itself = "names a path that ";
    std::string itsFile = "names a directory whose file ";
};

// OpenSSL ignores missing files, and the check of the directories refuses users who could create them.
const platform::FileDoubt* findRefusal(const platform::Judgement& judgement) {
    const auto found =
        std::find_if(judgement.refusals.begin(), judgement.refusals.end(),
                     [](const auto& doubt) { return doubt.fault != platform::FileFault::missing; });
    return found == judgement.refusals.end() ? nullptr : &*found;
}

void judgeFolder(const fs::path& folder, Report& report) {
    const Subject subject(folder);
    const auto judgement = platform::judge(platform::FileRole::authoritiesFolder, folder);
    for (const auto& doubt : judgement.refusals)
        report.faults.push_back({folderVariable, subject.itself + doubt.problem, doubt.fix});
    if (judgement.refused())
        return;
    std::error_code failed;
    fs::directory_iterator entry(folder, failed);
    for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
        const auto name = base::pathText(entry->path().filename());
        if (!isOpenedByOpenSsl(name))
            continue;
        const auto file = platform::judge(platform::FileRole::authorities, entry->path());
        if (const auto* doubt = findRefusal(file)) {
            report.faults.push_back(
                {folderVariable, subject.itsFile + name + ' ' + doubt->problem, doubt->fix});
            return; // one fault is enough: often all files have the same owner
        }
    }
    if (failed)
        report.faults.push_back({folderVariable, subject.itself + "cannot be listed: " + failed.message(),
                                 "let the service's user read it"});
}

} // namespace

void judgeSystemAuthorities(const Environment& environment, Report& report) {
    if (const auto file = environment.find(fileVariable))
        reportFile(platform::openTrusted(platform::FileRole::authorities, base::pathOf(*file)), fileVariable,
                   report);
    // OpenSSL uses the platform's separator.
    const char separator = Poco::Path::pathSeparator();
    auto left = environment.find(folderVariable).value_or("");
    while (!left.empty()) {
        const auto end = std::min(left.find(separator), left.size());
        if (end > 0)
            judgeFolder(base::pathOf(left.substr(0, end)), report);
        left.remove_prefix(std::min(end + 1, left.size()));
    }
}

} // namespace central_oauth::config
