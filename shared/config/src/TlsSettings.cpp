// SPDX-License-Identifier: Apache-2.0
// The two files of the TLS listener: both or neither, and in nobody else's hands.
#include "TlsSettings.h"

#include "SecretFile.h"
#include "SecretSource.h"

#include <fstream>
#include <string>
#include <system_error>

namespace central_oauth::config {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view certificateName = "CENTRAL_OAUTH_TLS_CERT";
constexpr std::string_view keyName = "CENTRAL_OAUTH_TLS_KEY";

void addFault(Report& report, std::string_view name, std::string problem, std::string mend) {
    report.faults.push_back({std::string(name), std::move(problem), std::move(mend)});
}

void checkCertificate(const fs::path& path, Report& report) {
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored) || !std::ifstream(path).is_open())
        addFault(report, certificateName, "is not a file that the service can read",
                 "write the path of a PEM file");
}

void checkKey(const fs::path& path, Report& report) {
    std::string problem;
    const auto file = readSecretFile(path, problem);
    if (!file)
        addFault(report, keyName, "names a file that " + problem,
                 "write the path of a PEM file that the service can read");
    else if (file->othersCanWrite)
        addFault(report, keyName, "names a file that others can write",
                 "take the right to write from group and others, e.g. chmod 0640");
    else if (file->othersCanRead && !isInSecretsDirectory(path))
        report.warnings.push_back(
            {std::string(keyName), "names a file that everybody on this machine can read"});
}

} // namespace

void checkTlsFiles(const TlsFiles& files, Report& report) {
    checkCertificate(files.certificate, report);
    checkKey(files.key, report);
}

std::optional<TlsFiles> readTls(SettingReader& reader) {
    for (const auto name : {certificateName, keyName}) {
        const auto variable = std::string(name) + "_FILE";
        // Were it ignored, the listener would speak plain HTTP against the operator's will.
        if (reader.environment().find(variable))
            reader.fault(variable, "is no setting",
                         "set " + std::string(name) + ": it takes the path itself");
    }
    const auto certificate = reader.text(certificateName);
    const auto key = reader.text(keyName);
    if (!certificate && !key)
        return std::nullopt;
    if (!certificate)
        reader.fault(certificateName, "is required, because " + std::string(keyName) + " is set",
                     "write the path of the certificate's PEM file");
    if (!key)
        reader.fault(keyName, "is required, because " + std::string(certificateName) + " is set",
                     "write the path of the key's PEM file");
    TlsFiles files{certificate.value_or(""), key.value_or("")};
    if (certificate)
        checkCertificate(files.certificate, reader.report());
    if (key)
        checkKey(files.key, reader.report());
    return files;
}

} // namespace central_oauth::config
