// SPDX-License-Identifier: Apache-2.0
// Which TLS peers are accepted, and plain words for the refusal of others.
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

/// Returns a client context: TLS ≥ 1.2, AEAD suites with forward secrecy, security level 2, no renegotiation,
/// VERIFY_STRICT, and the CAs of the bundle, if one is given. Without a bundle it refuses every certificate
/// until trustSystem. The host name is not part of it, see requireCertificateFor. Throws:
/// base::Error(providerMisconfigured) if the bundle can't be read or its role refuses it.
[[nodiscard]] Poco::Net::Context::Ptr verifyingContext(const std::filesystem::path& extraCaFile,
                                                       platform::FileRole role);

/// Adds the system's CAs, which takes some 25 milliseconds. Requires: no handshake has used the context yet.
/// Returns false if they can't be read.
[[nodiscard]] bool trustSystem(Poco::Net::Context::Ptr context);

/// Rejects every certificate that does not verify, and records the reason for the TlsRefusal of the same
/// thread.
class RememberingRejectHandler final : public Poco::Net::RejectCertificateHandler {
public:
    using RejectCertificateHandler::RejectCertificateHandler;
    void onInvalidCertificate(const void* sender, Poco::Net::VerificationErrorArgs& error) override;
};

/// Requires an entry in subjectAltName for the host (RFC 9110 section 4.3.4): type iPAddress for an IP
/// address, dNSName for a name. Never uses the subject's common name.
/// Throws: Poco::Net::CertificateValidationException.
void requireCertificateFor(const Poco::Net::X509Certificate& certificate, const std::string& host);

/// The reason for a failed handshake. Create one before the handshake, on the same thread.
class TlsRefusal {
public:
    TlsRefusal() noexcept;

    /// Returns whether this machine's operator must fix it: trust, or the clock.
    [[nodiscard]] provider::LocalFault faultOf(const Poco::Net::SSLException& failure) const;

    /// Returns what is wrong with the peer and how to fix it, e.g. "TLS: the certificate has expired; renew
    /// it, …". `caSetting` is the setting that adds a trusted CA. The only text of the peer in it is the
    /// names in its certificate, sanitised.
    [[nodiscard]] std::string describe(const Poco::Net::SSLException& failure,
                                       const std::string& caSetting) const;
};

} // namespace central_oauth::httpclient
