// SPDX-License-Identifier: Apache-2.0
// The server's side of one TLS connection.
#pragma once

#include "Transport.h"

#include <cstddef>
#include <memory>

#include <openssl/bio.h>
#include <openssl/ssl.h>

namespace central_oauth::http {

struct SslFree {
    void operator()(SSL* session) const noexcept { SSL_free(session); }
};

/// TLS over a plain transport.
///
/// Calls OpenSSL directly. Poco's secure socket leaves errors in the thread's queue, where the next
/// connection of the same thread finds them, and here one thread serves all connections.
class TlsTransport final : public Transport {
public:
    /// If OpenSSL can't create a session, the transport is closed from the start.
    TlsTransport(SSL_CTX* context, const Poco::Net::StreamSocket& socket);
    TlsTransport(const TlsTransport&) = delete;
    TlsTransport& operator=(const TlsTransport&) = delete;
    ~TlsTransport() override = default;

    Result receive(char* buffer, std::size_t size) noexcept override;
    Result send(const char* bytes, std::size_t size) noexcept override;
    /// Sends close_notify, so that the peer can distinguish an end from a truncation (RFC 8446 section 6.1),
    /// then shuts the plain transport down.
    void shutdownSend() noexcept override;
    [[nodiscard]] bool isInHandshake() const noexcept override {
        return _usable && SSL_is_init_finished(_session.get()) != 1;
    }
    [[nodiscard]] Poco::Net::StreamSocket& socket() noexcept override { return _wire.plain->socket(); }

    /// The plain transport beneath the session's records.
    struct Wire {
        std::unique_ptr<Transport> plain;
        std::size_t mayRead = 0; ///< how many bytes this call may still read from the socket
    };

private:
    [[nodiscard]] bool openSession(SSL_CTX* context);
    [[nodiscard]] Result failed() noexcept;

    Wire _wire; ///< outlives the session
    std::unique_ptr<SSL, SslFree> _session;
    bool _usable; ///< false after a fatal error: OpenSSL forbids further calls on the session
};

} // namespace central_oauth::http
