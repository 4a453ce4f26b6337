// SPDX-License-Identifier: Apache-2.0
#include "LogFile.h"

#include "FileReport.h"
#include "central_oauth/base/Paths.h"
#include "central_oauth/platform/Files.h"
#include "central_oauth/platform/TrustedFile.h"

#include <system_error>

namespace central_oauth::config {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view fileSetting = "CENTRAL_OAUTH_LOG_FILE";

// A missing file is created when it is opened.
void reportTrust(const fs::path& path, SettingReader& reader) {
    auto judgement = platform::judge(platform::FileRole::logFile, path);
    std::erase_if(judgement.refusals,
                  [](const auto& doubt) { return doubt.fault == platform::FileFault::missing; });
    reportFile(judgement, std::string(fileSetting), reader.report());
}

} // namespace

fs::path readLogFile(SettingReader& reader) {
    const auto text = reader.text(fileSetting);
    if (!text)
        return {};
    const fs::path path = base::pathOf(*text);
    std::error_code ignored;
    const auto status = fs::status(path, ignored);
    if (!path.is_absolute())
        reader.fault(fileSetting, "is not an absolute path", "write the full path of the file");
    else if (fs::exists(status) && !fs::is_regular_file(status))
        reader.fault(fileSetting, "names something that is not a file",
                     "write the path of a file, or leave it out: then the log goes to standard output");
    else if (!fs::is_directory(path.parent_path(), ignored))
        reader.fault(fileSetting, "names a file in a directory that does not exist",
                     "create the directory, with the service's user as its owner");
    else if (!platform::isWritable(path.parent_path()) || (fs::exists(status) && !platform::isWritable(path)))
        reader.fault(fileSetting,
                     "names a file that the service can't write, or can't replace in its directory",
                     "give file and directory to the service's user");
    else
        reportTrust(path, reader);
    return path.lexically_normal();
}

} // namespace central_oauth::config
