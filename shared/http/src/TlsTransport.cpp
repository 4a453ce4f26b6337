// SPDX-License-Identifier: Apache-2.0
// Records by OpenSSL, over a plain transport.
#include "TlsTransport.h"

#include <openssl/err.h>

namespace central_oauth::http {

namespace {

using Outcome = Transport::Outcome;

// OpenSSL continues as long as the socket has bytes, even if they carry no data: key updates, refused
// renegotiations. A peer that keeps sending those would occupy the thread.
constexpr std::size_t bytesPerCall = std::size_t{16} * 1024;

TlsTransport::Wire& wireOf(BIO* bio) noexcept {
    return *static_cast<TlsTransport::Wire*>(BIO_get_data(bio));
}

int readWire(BIO* bio, char* buffer, std::size_t size, std::size_t* moved) noexcept {
    auto& wire = wireOf(bio);
    BIO_clear_retry_flags(bio);
    *moved = 0;
    if (size == 0 || wire.mayRead == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    const auto result = wire.plain->receive(buffer, size);
    if (result.outcome == Outcome::waitsToRead)
        BIO_set_retry_read(bio);
    *moved = result.bytes;
    wire.mayRead -= result.bytes < wire.mayRead ? result.bytes : wire.mayRead;
    return result.outcome == Outcome::done ? 1 : 0;
}

int writeWire(BIO* bio, const char* bytes, std::size_t size, std::size_t* moved) noexcept {
    BIO_clear_retry_flags(bio);
    *moved = 0;
    const auto result = wireOf(bio).plain->send(bytes, size);
    if (result.outcome == Outcome::waitsToWrite)
        BIO_set_retry_write(bio);
    *moved = result.bytes;
    return result.outcome == Outcome::done ? 1 : 0;
}

long controlWire(BIO*, int command, long, void*) noexcept {
    return command == BIO_CTRL_FLUSH ? 1 : 0; // nothing is buffered here
}

struct MethodFree {
    void operator()(BIO_METHOD* method) const noexcept { BIO_meth_free(method); }
};

// Returns null if memory runs out.
BIO_METHOD* wireMethod() {
    static const std::unique_ptr<BIO_METHOD, MethodFree> method = [] {
        std::unique_ptr<BIO_METHOD, MethodFree> made(
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "central_oauth transport"));
        if (made != nullptr && BIO_meth_set_read_ex(made.get(), readWire) == 1 &&
            BIO_meth_set_write_ex(made.get(), writeWire) == 1 &&
            BIO_meth_set_ctrl(made.get(), controlWire) == 1)
            return made;
        return std::unique_ptr<BIO_METHOD, MethodFree>();
    }();
    return method.get();
}

} // namespace

TlsTransport::TlsTransport(SSL_CTX* context, const Poco::Net::StreamSocket& socket)
    : _wire{makePlainTransport(socket)}, _usable(openSession(context)) {
    ERR_clear_error();
}

bool TlsTransport::openSession(SSL_CTX* context) {
    _session.reset(SSL_new(context));
    auto* method = wireMethod();
    BIO* bio = _session != nullptr && method != nullptr ? BIO_new(method) : nullptr;
    if (bio == nullptr)
        return false;
    BIO_set_data(bio, &_wire);
    BIO_set_init(bio, 1);
    SSL_set_bio(_session.get(), bio, bio); // now owned by the session
    SSL_set_accept_state(_session.get());
    return true;
}

Transport::Result TlsTransport::receive(char* buffer, std::size_t size) noexcept {
    if (!_usable)
        return {Outcome::closed};
    _wire.mayRead = bytesPerCall;
    ERR_clear_error();
    std::size_t bytes = 0;
    if (SSL_read_ex(_session.get(), buffer, size, &bytes) == 1)
        return {Outcome::done, bytes};
    return failed();
}

Transport::Result TlsTransport::send(const char* bytes, std::size_t size) noexcept {
    if (!_usable)
        return {Outcome::closed};
    _wire.mayRead = bytesPerCall; // during the handshake, sending also receives
    ERR_clear_error();
    std::size_t moved = 0;
    if (SSL_write_ex(_session.get(), bytes, size, &moved) == 1)
        return {Outcome::done, moved};
    return failed();
}

Transport::Result TlsTransport::failed() noexcept {
    switch (SSL_get_error(_session.get(), 0)) {
    case SSL_ERROR_WANT_READ:
        return {Outcome::waitsToRead};
    case SSL_ERROR_WANT_WRITE:
        return {Outcome::waitsToWrite};
    case SSL_ERROR_ZERO_RETURN:
        return {Outcome::ended};
    default:
        // Includes an end of the stream without close_notify: the data may be truncated.
        _usable = false;
        ERR_clear_error();
        return {Outcome::closed};
    }
}

void TlsTransport::shutdownSend() noexcept {
    if (_usable && SSL_is_init_finished(_session.get()) == 1) {
        ERR_clear_error();
        // Once and without waiting: `receive` handles the peer's close_notify.
        SSL_shutdown(_session.get());
        ERR_clear_error();
    }
    _wire.plain->shutdownSend();
}

} // namespace central_oauth::http
