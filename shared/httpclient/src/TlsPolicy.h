// SPDX-License-Identifier: Apache-2.0
// Which TLS peers are accepted, and in plain words why another is not.
#pragma once

#include "central_oauth/platform/TrustedFile.h"
#include "central_oauth/provider/ProviderError.h"

#include <filesystem>
#include <string>

#include <Poco/Net/Context.h>
#include <Poco/Net/RejectCertificateHandler.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/X509Certificate.h>

namespace central_oauth::httpclient {

/// A client context: TLS ≥ 1.2, AEAD suites with forward secrecy, security level 2, no renegotiation,
/// VERIFY_STRICT, system CAs and the bundle (empty: none). The host name is not part of it, see
/// requireCertificateFor.
/// Throws: base::Error(providerMisconfigured) when the bundle can't be read, or is refused by its role.
[[nodiscard]] Poco::Net::Context::Ptr verifyingContext(const std::filesystem::path& extraCaFile,
                                                       platform::FileRole role);

/// Rejects every certificate that does not verify, and remembers why for the TlsRefusal of the same thread.
class RememberingRejectHandler final : public Poco::Net::RejectCertificateHandler {
public:
    using RejectCertificateHandler::RejectCertificateHandler;
    void onInvalidCertificate(const void* sender, Poco::Net::VerificationErrorArgs& error) override;
};

/// Requires an entry of subjectAltName for the host (RFC 9110 section 4.3.4): an IP address one of type
/// iPAddress, a name one of type dNSName. The subject's common name is never looked at.
/// Throws: Poco::Net::CertificateValidationException.
void requireCertificateFor(const Poco::Net::X509Certificate& certificate, const std::string& host);

/// Create one before a handshake; it tells afterwards what was wrong. Threads: the handshake's.
class TlsRefusal {
public:
    TlsRefusal() noexcept;

    /// Whether that is for this machine's operator to fix: trust, or the clock.
    [[nodiscard]] provider::LocalFault faultOf(const Poco::Net::SSLException& failure) const;

    /// What the peer did wrong and how to fix it, e.g. "TLS: the certificate has expired; renew it, …".
    /// `caSetting` is what a user sets to trust a further CA. Of what the peer wrote it holds the
    /// names in its certificate only, without odd characters.
    [[nodiscard]] std::string describe(const Poco::Net::SSLException& failure,
                                       const std::string& caSetting) const;
};

} // namespace central_oauth::httpclient
