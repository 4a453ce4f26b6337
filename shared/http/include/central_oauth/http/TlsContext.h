// SPDX-License-Identifier: Apache-2.0
// What a TLS listener shows and accepts: certificate, versions, cipher suites.
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
    std::filesystem::path certificate; ///< the server's own first, then the chain
    std::filesystem::path key;         ///< without a passphrase
};

/// Certificate or key can't be used; what() says which of the two files, why, and how to fix it. No path is
/// in it: somebody may have put the key itself there.
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

/// TLS 1.2 and newer, AEAD suites with forward secrecy only, OpenSSL security level 2, no renegotiation, no
/// compression, no resumption, no early data (RFC 9325). A client that offers ALPN must offer http/1.1
/// (RFC 7301). Client certificates are not asked for.
///
/// Immutable: a changed certificate is a new context. Connections keep the one they were accepted with, and
/// may outlive this object.
///
/// Threads: any. Errors: TlsError from the constructor. An expired certificate is none: its users should see
/// that it is expired, not that nobody is there.
class TlsContext {
public:
    explicit TlsContext(const TlsFiles& files);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    /// When the server's own certificate ends.
    [[nodiscard]] base::Timestamp expiresAt() const noexcept;

    /// The server's side of a fresh connection, whose socket does not block. Nothing is sent or received yet:
    /// the handshake is made by the first `receive` calls. A peer that speaks something else, or nothing that
    /// is acceptable, is told so by an alert and is `closed` then.
    [[nodiscard]] std::unique_ptr<Transport> accept(const Poco::Net::StreamSocket& socket) const;

private:
    struct State;
    std::unique_ptr<State> _state;
};

} // namespace central_oauth::http
