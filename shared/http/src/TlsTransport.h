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
/// OpenSSL is called directly: Poco's secure socket leaves errors in the thread's queue, where the next
/// connection of the same thread finds them, and one thread serves all connections here.
class TlsTransport final : public Transport {
public:
    /// Where OpenSSL can't make a session, the transport is closed from the beginning.
    TlsTransport(SSL_CTX* context, const Poco::Net::StreamSocket& socket);
    TlsTransport(const TlsTransport&) = delete;
    TlsTransport& operator=(const TlsTransport&) = delete;
    ~TlsTransport() override = default;

    Result receive(char* buffer, std::size_t size) noexcept override;
    Result send(const char* bytes, std::size_t size) noexcept override;
    /// Sends close_notify, so that the peer can tell an end from a cut (RFC 8446 section 6.1), then as
    /// without TLS.
    void shutdownSend() noexcept override;
    [[nodiscard]] bool isInHandshake() const noexcept override {
        return _usable && SSL_is_init_finished(_session.get()) != 1;
    }
    [[nodiscard]] Poco::Net::StreamSocket& socket() noexcept override { return _wire.plain->socket(); }

    /// What the session's records go through.
    struct Wire {
        std::unique_ptr<Transport> plain;
        std::size_t mayRead = 0; ///< how many bytes this call may still take from the socket
    };

private:
    [[nodiscard]] bool openSession(SSL_CTX* context);
    [[nodiscard]] Result failed() noexcept;

    Wire _wire; ///< outlives the session
    std::unique_ptr<SSL, SslFree> _session;
    bool _usable; ///< after a fatal error nothing of OpenSSL may be called on the session
};

} // namespace central_oauth::http
