// SPDX-License-Identifier: Apache-2.0
// Uses `openssl ca`: no other command of OpenSSL 3.0 accepts dates in the past.
#include "Certificates.h"

#include <fstream>
#include <stdexcept>
#include <vector>

namespace central_oauth::test {

namespace {

void openssl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "openssl");
    const auto finished = runToEnd("/usr/bin/env", arguments, {});
    if (finished.exitCode != 0)
        throw std::runtime_error("openssl " + arguments[1] + ": " + finished.errors);
}

std::vector<std::string> newKey(const std::string& key, const CertificateFiles& files,
                                const std::string& commonName) {
    std::vector<std::string> arguments{"-newkey",           key,       "-nodes", "-batch", "-subj",
                                       "/CN=" + commonName, "-keyout", files.key};
    if (key == "ec")
        arguments.insert(arguments.end(), {"-pkeyopt", "ec_paramgen_curve:P-256"});
    return arguments;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

} // namespace

CertificateAuthority::CertificateAuthority(const std::string& key) {
    std::ofstream(path("ca.cnf")) << "[ca]\ndefault_ca=own\n[own]\ndatabase=" << path("index")
                                  << "\nnew_certs_dir=" << _folder.path().string()
                                  << "\nrand_serial=yes\ndefault_md=sha256\npolicy=any\n"
                                     "copy_extensions=copy\nunique_subject=no\n"
                                     "[any]\ncommonName=optional\n";
    std::ofstream(path("index")).flush();
    _self = nextFiles();
    std::vector<std::string> arguments{"req", "-x509", "-days", "2", "-out", _self.certificate};
    append(arguments, newKey(key, _self, "test authority"));
    openssl(arguments);
}

CertificateFiles CertificateAuthority::issue(const CertificateOptions& options) {
    const auto files = nextFiles();
    const auto request = files.certificate + ".request";
    std::vector<std::string> arguments{"req", "-new", "-out", request};
    append(arguments, newKey(options.key, files, options.commonName));
    if (!options.names.empty())
        append(arguments, {"-addext", "subjectAltName=" + options.names});
    openssl(arguments);
    openssl({"ca", "-batch", "-notext", "-config", path("ca.cnf"), "-cert", _self.certificate, "-keyfile",
             _self.key, "-startdate", options.from, "-enddate", options.to, "-in", request, "-out",
             files.certificate});
    return files;
}

CertificateFiles CertificateAuthority::issueExpired() {
    CertificateOptions options;
    options.to = "20200201000000Z";
    return issue(options);
}

CertificateFiles CertificateAuthority::issueForAnotherHost() {
    CertificateOptions options;
    options.names = "DNS:other.example,IP:192.0.2.1";
    options.commonName = "localhost";
    return issue(options);
}

CertificateFiles CertificateAuthority::selfSigned(const CertificateOptions& options) {
    const auto files = nextFiles();
    std::vector<std::string> arguments{
        "req",  "-x509",           "-days",   "2",
        "-out", files.certificate, "-addext", "subjectAltName=" + options.names};
    append(arguments, newKey(options.key, files, options.commonName));
    openssl(arguments);
    return files;
}

CertificateFiles CertificateAuthority::nextFiles() {
    const auto number = std::to_string(_issued++);
    return {path(number + ".pem"), path(number + ".key")};
}

std::string CertificateAuthority::path(const std::string& name) const {
    return (_folder.path() / name).string();
}

} // namespace central_oauth::test
