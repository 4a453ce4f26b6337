// SPDX-License-Identifier: Apache-2.0
// Initialises Poco's process-wide TLS state.
#pragma once

namespace central_oauth::httpclient {

/// Makes Poco's SSLManager refuse every certificate that does not verify.
///
/// Create one in the composition before the first UpstreamHttpClient, and destroy it after the last. Without
/// it, Poco asks on the console whether to accept a bad certificate, or trusts an application's configuration
/// file.
///
/// Create and destroy it on the main thread while no thread uses TLS.
///
/// Errors: Poco::Exception if OpenSSL can't be initialised.
class TlsInitialisation {
public:
    TlsInitialisation();
    ~TlsInitialisation();
    TlsInitialisation(const TlsInitialisation&) = delete;
    TlsInitialisation& operator=(const TlsInitialisation&) = delete;
};

} // namespace central_oauth::httpclient
