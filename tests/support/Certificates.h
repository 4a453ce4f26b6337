// SPDX-License-Identifier: Apache-2.0
// Certificates for tests, good and bad ones, made by the openssl program in a folder of their own.
#pragma once

#include "ServiceUnderTest.h"

#include <string>

namespace central_oauth::test {

/// PEM files.
struct CertificateFiles {
    std::string certificate;
    std::string key;
};

/// How a server's certificate differs from a good one.
struct CertificateOptions {
    std::string names = "DNS:localhost,IP:127.0.0.1"; ///< subjectAltName as openssl writes it; empty: none
    std::string commonName = "test";
    std::string key = "ec";               ///< or "rsa:BITS"
    std::string from = "20200101000000Z"; ///< valid from, UTC
    std::string to = "21000101000000Z";   ///< valid until, UTC
};

/// A certificate authority that nobody else trusts. Its files live as long as it.
///
/// Errors: std::runtime_error with what openssl said.
class CertificateAuthority {
public:
    explicit CertificateAuthority(const std::string& key = "ec");

    /// The bundle to trust.
    [[nodiscard]] std::string bundle() const { return _self.certificate; }

    [[nodiscard]] CertificateFiles issue(const CertificateOptions& options = {});
    [[nodiscard]] CertificateFiles issueExpired();
    [[nodiscard]] CertificateFiles issueForAnotherHost();

    /// One that this authority has not signed, but the key itself.
    [[nodiscard]] CertificateFiles selfSigned(const CertificateOptions& options = {});

private:
    [[nodiscard]] CertificateFiles nextFiles();
    [[nodiscard]] std::string path(const std::string& name) const;

    TemporaryFolder _folder;
    CertificateFiles _self;
    int _issued = 0;
};

} // namespace central_oauth::test
