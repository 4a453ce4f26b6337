// SPDX-License-Identifier: Apache-2.0
#include "SecretSource.h"

#include "FileReport.h"
#include "central_oauth/base/Paths.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/config/ForeignCharacter.h"
#include "central_oauth/platform/TrustedFile.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace central_oauth::config {

namespace {

namespace fs = std::filesystem;

// If it is not a plain path, it may be a misplaced secret.
std::string shownFolder(const fs::path& folder) {
    const std::string text = base::pathText(folder);
    constexpr std::size_t longest = 255;
    const bool isPlain =
        folder.is_absolute() && text.size() <= longest && base::consistsOf(text, base::isVisible);
    return isPlain ? text : "a directory";
}

void addCredentialsFault(const fs::path& folder, const std::string& problem, const std::string& fix,
                         Report& report) {
    const bool isKnown = std::any_of(report.faults.begin(), report.faults.end(),
                                     [](const Fault& fault) { return fault.setting == credentialsVariable; });
    if (!isKnown) // every secret finds the same fault
        report.faults.push_back({credentialsVariable, "names " + shownFolder(folder) + ", which " + problem,
                                 fix + "; or unset it, if no service manager passes credentials"});
}

/// A credential from the service manager, and whether its directory could be searched.
struct Credential {
    std::optional<fs::path> path;
    bool isKnown = true;
};

// A directory that can't be searched must not look like one without the credential.
Credential findCredential(const Environment& environment, const std::string& name, Report& report) {
    const auto directory = environment.find(credentialsVariable);
    if (!directory)
        return {};
    const fs::path folder{std::string(*directory)};
    const auto judgement = platform::judge(platform::FileRole::credentials, folder);
    if (judgement.refused()) {
        const auto& doubt = judgement.refusals.back();
        addCredentialsFault(folder, doubt.problem, doubt.fix, report);
        return {std::nullopt, false};
    }
    const fs::path path = folder / base::pathOf(base::lower(name));
    std::error_code failed;
    const auto status = fs::symlink_status(path, failed);
    if (status.type() == fs::file_type::not_found)
        return {};
    if (failed) {
        addCredentialsFault(folder, "cannot be searched: " + failed.message(),
                            "let the service's user read it, and search the directories above it", report);
        return {std::nullopt, false};
    }
    return {path};
}

bool isInside(const fs::path& file, const fs::path& directory) {
    const auto inner = file.lexically_normal();
    const auto outer = (directory / "").lexically_normal();
    // The last element of a directory's path is empty; it matches any file in the directory.
    return std::mismatch(outer.begin(), std::prev(outer.end()), inner.begin(), inner.end()).first ==
           std::prev(outer.end());
}

bool isInCredentialsDirectory(const Environment& environment, const fs::path& file) {
    const auto credentials = environment.find(credentialsVariable);
    return credentials && isInside(file, base::pathOf(*credentials));
}

provider::Secret withoutLineEnd(const provider::Secret& content) {
    return provider::Secret(std::string(base::trimEnd(content.reveal(), "\r\n")));
}

// `setting` is what the operator wrote, so a message names the variable to change.
std::optional<provider::Secret> readFile(const Environment& environment, const fs::path& path,
                                         const std::string& setting, Report& report) {
    const bool isMounted = isInSecretsDirectory(path) || isInCredentialsDirectory(environment, path);
    const auto role = isMounted ? platform::FileRole::mountedSecret : platform::FileRole::secret;
    const auto file = platform::readTrusted(role, path);
    reportFile(file, setting, report);
    return file.content ? std::optional(withoutLineEnd(*file.content)) : std::nullopt;
}

bool sameFile(const fs::path& a, const fs::path& b) {
    std::error_code ignored;
    return fs::equivalent(a, b, ignored);
}

SecretReading checked(std::optional<provider::Secret> secret, const std::string& setting, Report& report,
                      const std::string& place = {}) {
    SecretReading reading{true, std::nullopt, setting, place};
    if (secret && secret->empty()) {
        report.faults.push_back({setting, "names an empty file", "write the secret into the file"});
        secret.reset();
    } else if (secret && base::hasControls(secret->reveal())) {
        report.faults.push_back(
            reading.fault("holds " + foreignCharacter(secret->reveal()).value_or("a control character"),
                          "write only the secret, as one line"));
        secret.reset();
    } else if (const auto foreign = secret ? foreignCharacter(secret->reveal()) : std::nullopt) {
        report.faults.push_back(reading.fault("holds " + *foreign, std::string(foreignCharacterFix())));
        secret.reset();
    }
    reading.value = std::move(secret);
    return reading;
}

// Includes the path only if such a file exists: a misplaced secret names none.
std::string placeIn(const std::string& path) {
    const bool isPlain = std::all_of(path.begin(), path.end(), [](char c) { return c >= ' ' && c < '\x7F'; });
    std::error_code ignored;
    const bool isShown = isPlain && fs::is_regular_file(path, ignored);
    return isShown ? "names the file " + path + ", which " : std::string("names a file that ");
}

} // namespace

bool isInSecretsDirectory(const fs::path& file) {
    return isInside(file, "/run/secrets") || isInside(file, "/var/run/secrets");
}

bool isReadFromFile(const Environment& environment, const std::string& name) {
    Report ignored;
    return !environment.find(name) &&
           (environment.find(name + "_FILE") || findCredential(environment, name, ignored).path);
}

SecretReading readSecret(const Environment& environment, const std::string& name, Report& report) {
    const std::string fileName = name + "_FILE";
    const auto value = environment.find(name);
    const auto file = environment.find(fileName);
    const auto found = findCredential(environment, name, report);
    if (!found.isKnown)
        return {true, std::nullopt};
    const auto& credential = found.path;
    if (value && file) {
        report.faults.push_back({name, "is set twice, directly and by " + fileName, "keep one of the two"});
        return {true, std::nullopt};
    }
    if (credential && (value || (file && !sameFile(*credential, base::pathOf(*file))))) {
        report.faults.push_back(
            {value ? name : fileName,
             "is set although the service manager passes the credential " + base::lower(name) + " too",
             "keep one of the two"});
        return {true, std::nullopt};
    }
    if (value)
        return checked(provider::Secret(std::string(*value)), name, report);
    if (const auto foreign = file ? foreignEnd(*file, LooseText::path) : std::nullopt) {
        report.faults.push_back({fileName, "holds " + *foreign, std::string(foreignEndFix())});
        return {true, std::nullopt};
    }
    if (file)
        return checked(readFile(environment, base::pathOf(*file), fileName, report), fileName, report,
                       placeIn(std::string(*file)));
    if (credential) {
        const std::string setting = "the credential " + base::lower(name);
        return checked(readFile(environment, *credential, setting, report), setting, report);
    }
    return {};
}

} // namespace central_oauth::config
