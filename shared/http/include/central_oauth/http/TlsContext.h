// SPDX-License-Identifier: Apache-2.0
// The TLS configuration of a listener: certificate, versions, cipher suites.
#pragma once

#include "central_oauth/base/Clock.h"

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include <Poco/Net/StreamSocket.h>

namespace central_oauth::http {

class Transport;

/// PEM files of a TLS listener.
struct TlsFiles {
    std::filesystem::path certificate; ///< the server's certificate first, then the chain
    std::filesystem::path key;         ///< without a passphrase
};

/// The certificate or key can't be used. what() names the file, the reason and the fix. It never contains a
/// path, because an operator may have put the key itself there.
class TlsError : public std::runtime_error {
public:
    TlsError(const std::string& problem, const std::string& fix)
        : std::runtime_error(problem + "; " + fix), _problem(problem), _fix(fix) {}

    [[nodiscard]] const std::string& problem() const noexcept { return _problem; }
    [[nodiscard]] const std::string& fix() const noexcept { return _fix; }

private:
    std::string _problem;
    std::string _fix;
};

/// TLS 1.2 and newer, only AEAD suites with forward secrecy, OpenSSL security level 2, no renegotiation, no
/// compression, no resumption, no early data (RFC 9325). A client that offers ALPN must offer http/1.1 (RFC
/// 7301). Requests no client certificates.
///
/// Immutable: a changed certificate needs a new context. Connections keep the context they were accepted
/// with, and may outlive this object.
///
/// Thread-safe. Errors: TlsError from the constructor. An expired certificate is not an error: clients should
/// see that it has expired, not an absent service.
class TlsContext {
public:
    explicit TlsContext(const TlsFiles& files);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    /// Returns when the server's certificate expires.
    [[nodiscard]] base::Timestamp expiresAt() const noexcept;

    /// Returns the server's side of a new connection. Its socket must not block. Nothing is sent or received
    /// yet: the first `receive` calls perform the handshake. A peer that sends something else, or offers
    /// nothing acceptable, gets an alert, and the transport is `closed`.
    [[nodiscard]] std::unique_ptr<Transport> accept(const Poco::Net::StreamSocket& socket) const;

private:
    struct State;
    std::unique_ptr<State> _state;
};

} // namespace central_oauth::http
