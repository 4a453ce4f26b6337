// SPDX-License-Identifier: Apache-2.0
// Poco's process-wide TLS state, set up once and safely.
#pragma once

namespace central_oauth::httpclient {

/// Puts Poco's SSLManager into a state that refuses every certificate that does not verify.
///
/// Create one in the program's composition before the first UpstreamHttpClient and destroy it after the last:
/// without it Poco asks on the console whether to accept a bad certificate, or trusts an application's
/// configuration file.
///
/// Threads: create and destroy on the main thread while nobody uses TLS.
///
/// Errors: Poco::Exception when OpenSSL can't be set up.
class TlsInitialisation {
public:
    TlsInitialisation();
    ~TlsInitialisation();
    TlsInitialisation(const TlsInitialisation&) = delete;
    TlsInitialisation& operator=(const TlsInitialisation&) = delete;
};

} // namespace central_oauth::httpclient
