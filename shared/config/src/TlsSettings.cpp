// SPDX-License-Identifier: Apache-2.0
// The two files of the TLS listener: both or neither, and private.
#include "TlsSettings.h"

#include "FileReport.h"
#include "SecretSource.h"
#include "central_oauth/base/Paths.h"
#include "central_oauth/platform/TrustedFile.h"

#include <string>

namespace central_oauth::config {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view certificateName = "CENTRAL_OAUTH_TLS_CERT";
constexpr std::string_view keyName = "CENTRAL_OAUTH_TLS_KEY";

void check(platform::FileRole role, const fs::path& path, std::string_view name, Report& report) {
    auto opened = platform::openTrusted(role, path);
    if (isInSecretsDirectory(path)) // the platform that mounts it sets owner and permissions
        opened.warnings.clear();
    reportFile(opened, std::string(name), report);
}

void checkCertificate(const fs::path& path, Report& report) {
    check(platform::FileRole::tlsCertificate, path, certificateName, report);
}

void checkKey(const fs::path& path, Report& report) {
    check(platform::FileRole::tlsKey, path, keyName, report);
}

} // namespace

void checkTlsFiles(const TlsFiles& files, Report& report) {
    checkCertificate(files.certificate, report);
    checkKey(files.key, report);
}

std::optional<TlsFiles> readTls(SettingReader& reader) {
    for (const auto name : {certificateName, keyName}) {
        const auto variable = std::string(name) + "_FILE";
        // Ignoring it would make the listener speak plain HTTP against the operator's intention.
        if (reader.environment().find(variable))
            reader.fault(variable, "is not a setting",
                         "set " + std::string(name) + ": it takes the path itself");
    }
    const auto certificate = reader.text(certificateName);
    const auto key = reader.text(keyName);
    // A value that is set but invalid already has its own fault.
    if (!certificate && !key)
        return std::nullopt;
    if (!certificate && !reader.isSet(certificateName))
        reader.fault(certificateName, "is required, because " + std::string(keyName) + " is set",
                     "write the path of the certificate's PEM file");
    if (!key && !reader.isSet(keyName))
        reader.fault(keyName, "is required, because " + std::string(certificateName) + " is set",
                     "write the path of the key's PEM file");
    TlsFiles files{base::pathOf(certificate.value_or("")), base::pathOf(key.value_or(""))};
    if (certificate)
        checkCertificate(files.certificate, reader.report());
    if (key)
        checkKey(files.key, reader.report());
    return files;
}

} // namespace central_oauth::config
