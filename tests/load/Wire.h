// SPDX-License-Identifier: Apache-2.0
// A client's non-blocking connection, plain or under TLS. POSIX.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace central_oauth::test {

/// The client's side of TLS for any number of connections. Checks no certificate: these tests are about load,
/// not trust.
///
/// Thread-safe. Errors: std::runtime_error from the constructor.
class ClientTls {
public:
    ClientTls();
    ~ClientTls();
    ClientTls(const ClientTls&) = delete;
    ClientTls& operator=(const ClientTls&) = delete;

private:
    friend class Wire;
    struct State;
    std::unique_ptr<State> _state;
};

/// One connection from a source address of its own to a port of 127.0.0.1.
///
/// The constructor begins to connect; the destructor closes.
///
/// Not thread-safe. Errors: std::runtime_error from the constructor; later a failed connection is `gone`.
class Wire {
public:
    enum class Outcome { done, waits, gone };
    struct Result {
        Outcome outcome = Outcome::gone;
        std::size_t bytes = 0; ///< greater than 0 if done
    };

    struct Way {
        std::string source;             ///< an IPv4 address of this machine
        std::uint16_t port = 0;         ///< port of 127.0.0.1
        int receiveBuffer = 0;          ///< SO_RCVBUF in bytes (the kernel doubles it); 0: the default
        const ClientTls* tls = nullptr; ///< must outlive the wire; nullptr: plain
    };

    explicit Wire(const Way& way);
    ~Wire();
    Wire(Wire&& other) noexcept;
    Wire& operator=(Wire&&) = delete;
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    Result send(const char* bytes, std::size_t size) noexcept;
    Result receive(char* buffer, std::size_t size) noexcept;

    /// Returns true if a `send` with the result `waits` waits for the socket to become writable; otherwise it
    /// waits for readable (TLS handshakes).
    [[nodiscard]] bool waitsToWrite() const noexcept { return _waitsToWrite; }

    [[nodiscard]] int descriptor() const noexcept { return _descriptor; }

private:
    Result underTls(int moved) noexcept;

    int _descriptor = -1;
    void* _tls = nullptr; ///< SSL, owned; null: plain
    bool _waitsToWrite = true;
};

} // namespace central_oauth::test
