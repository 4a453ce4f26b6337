// SPDX-License-Identifier: Apache-2.0
#include "SecretSource.h"

#include "SecretFile.h"
#include "Text.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace central_oauth::config {

namespace {

namespace fs = std::filesystem;

// Nothing where systemd passed no such credential.
std::optional<fs::path> findCredential(const Environment& environment, const std::string& name) {
    const auto directory = environment.find("CREDENTIALS_DIRECTORY");
    if (!directory)
        return std::nullopt;
    fs::path path = fs::path(std::string(*directory)) / lower(name);
    std::error_code ignored;
    return fs::exists(path, ignored) ? std::optional(std::move(path)) : std::nullopt;
}

bool isInside(const fs::path& file, const fs::path& directory) {
    const auto inner = file.lexically_normal();
    const auto outer = (directory / "").lexically_normal();
    // The last element of a directory's path is empty and stands for any file in it.
    return std::mismatch(outer.begin(), std::prev(outer.end()), inner.begin(), inner.end()).first ==
           std::prev(outer.end());
}

// The same of service managers.
bool isInCredentialsDirectory(const Environment& environment, const fs::path& file) {
    const auto credentials = environment.find("CREDENTIALS_DIRECTORY");
    return credentials && isInside(file, fs::path(std::string(*credentials)));
}

// `setting` is what the operator wrote, so that a message names the variable to change.
std::optional<provider::Secret> readFile(const Environment& environment, const fs::path& path,
                                         const std::string& setting, Report& report) {
    std::string problem;
    auto file = readSecretFile(path, problem);
    if (!file) {
        report.faults.push_back({setting, "names a file that " + problem,
                                 "name a file of this secret that the service can read"});
        return std::nullopt;
    }
    if (file->othersCanWrite) {
        report.faults.push_back({setting, "names a file that others can write",
                                 "take the right to write from group and others, e.g. chmod 0400"});
        return std::nullopt;
    }
    if (file->othersCanRead && !isInSecretsDirectory(path) && !isInCredentialsDirectory(environment, path))
        report.warnings.push_back({setting, "names a file that everybody on this machine can read"});
    return std::move(file->content);
}

bool sameFile(const fs::path& a, const fs::path& b) {
    std::error_code ignored;
    return fs::equivalent(a, b, ignored);
}

SecretReading checked(std::optional<provider::Secret> secret, const std::string& setting, Report& report) {
    if (secret && secret->empty()) {
        report.faults.push_back({setting, "names an empty file", "write the secret into the file"});
        secret.reset();
    } else if (secret && hasControlCharacters(secret->reveal())) {
        report.faults.push_back({setting, "holds more than one line or control characters",
                                 "give the secret alone, as one line"});
        secret.reset();
    }
    return {true, std::move(secret)};
}

} // namespace

bool isInSecretsDirectory(const fs::path& file) {
    return isInside(file, "/run/secrets") || isInside(file, "/var/run/secrets");
}

SecretReading readSecret(const Environment& environment, const std::string& name, Report& report) {
    const std::string fileName = name + "_FILE";
    const auto value = environment.find(name);
    const auto file = environment.find(fileName);
    const auto credential = findCredential(environment, name);
    if (value && file) {
        report.faults.push_back({name, "is set twice, directly and by " + fileName, "keep one of the two"});
        return {true, std::nullopt};
    }
    if (credential && (value || (file && !sameFile(*credential, fs::path(std::string(*file)))))) {
        report.faults.push_back(
            {value ? name : fileName,
             "is set although the service manager passes the credential " + lower(name) + " too",
             "keep one of the two"});
        return {true, std::nullopt};
    }
    if (value)
        return checked(provider::Secret(std::string(*value)), name, report);
    if (file)
        return checked(readFile(environment, fs::path(std::string(*file)), fileName, report), fileName,
                       report);
    if (credential) {
        const std::string setting = "the credential " + lower(name);
        return checked(readFile(environment, *credential, setting, report), setting, report);
    }
    return {};
}

} // namespace central_oauth::config
