// SPDX-License-Identifier: Apache-2.0
// Certificates for tests, valid and invalid ones, made by the openssl program in a folder of their own.
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

/// A certificate authority that no system trusts. Deletes its files in the destructor.
///
/// Errors: std::runtime_error with the output of openssl.
class CertificateAuthority {
public:
    explicit CertificateAuthority(const std::string& key = "ec");

    /// Returns the bundle to trust.
    [[nodiscard]] std::string bundle() const { return _self.certificate; }

    [[nodiscard]] CertificateFiles issue(const CertificateOptions& options = {});
    [[nodiscard]] CertificateFiles issueExpired();
    [[nodiscard]] CertificateFiles issueForAnotherHost();

    /// Makes a certificate signed with its own key, not by this authority.
    [[nodiscard]] CertificateFiles selfSigned(const CertificateOptions& options = {});

private:
    [[nodiscard]] CertificateFiles nextFiles();
    [[nodiscard]] std::string path(const std::string& name) const;

    TemporaryFolder _folder;
    CertificateFiles _self;
    int _issued = 0;
};

} // namespace central_oauth::test
