// SPDX-License-Identifier: Apache-2.0
// A connection on which a test decides every byte and every write: for requests that no HTTP library sends.
// POSIX.
#pragma once

#include "HttpExchange.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace central_oauth::test {

/// The address to connect to, and how. Copies share the TLS context.
class RawPlace {
public:
    /// 127.0.0.1, without TLS.
    [[nodiscard]] static RawPlace plain(std::uint16_t port);
    /// 127.0.0.1 under TLS; the server must show this certificate (PEM), for any name.
    [[nodiscard]] static RawPlace tls(std::uint16_t port, const std::filesystem::path& certificate);
    /// A Unix domain socket, without TLS.
    [[nodiscard]] static RawPlace unixSocket(const std::filesystem::path& path);

private:
    friend class RawConnection;

    std::uint16_t _port = 0;
    std::string _path;
    std::shared_ptr<ssl_ctx_st> _tls;
};

/// One connection.
///
/// Not thread-safe.
/// Errors: std::runtime_error if connecting fails; later failures show in `end`.
class RawConnection {
public:
    enum class End {
        open,
        orderly, ///< the peer has ended its side; under TLS with close_notify
        broken,  ///< a reset, or under TLS an end without close_notify
    };
    using Clock = std::chrono::steady_clock;

    explicit RawConnection(const RawPlace& place);
    ~RawConnection();
    RawConnection(RawConnection&& other) noexcept;
    RawConnection& operator=(RawConnection&&) = delete;

    /// Sends these bytes, in one write if the system takes them so; Nagle's algorithm is off. Returns false
    /// if the connection ended before all were sent.
    bool send(std::string_view bytes);

    /// Shuts down the sending side; receiving goes on.
    void finishSending();

    /// Takes what has arrived, without blocking.
    void receive();

    /// Receives until `enough` returns true, the connection ends or the time is up. Returns whether it was
    /// enough.
    bool receiveUntil(const std::function<bool()>& enough, Clock::time_point deadline);

    /// Everything received that the caller has not removed yet.
    [[nodiscard]] std::string& received() noexcept { return _received; }
    [[nodiscard]] End end() const noexcept { return _end; }

    /// Receives on many connections until each is `finished` or the time is up. Does not wait for a
    /// connection that has ended.
    static void receiveAll(const std::vector<RawConnection*>& all,
                           const std::function<bool(std::size_t)>& finished, Clock::time_point deadline);

private:
    void connect(const RawPlace& place);
    void shakeHands(ssl_ctx_st* context);
    [[nodiscard]] long sendSome(std::string_view bytes);
    [[nodiscard]] long receiveSome(char* buffer, std::size_t size);
    [[nodiscard]] long resultOfTls(int result);
    void waitFor(short events) const;

    int _socket = -1;
    ssl_st* _tls = nullptr;
    std::string _received;
    End _end = End::open;
};

/// Removes the first answer from the text and returns it; nullopt if it is not complete. The body's length is
/// its Content-Length, or 0 for `bodiless` answers (to HEAD) and interim ones.
/// Throws: std::runtime_error unless the text is an HTTP/1.1 answer with a Content-Length.
[[nodiscard]] std::optional<HttpAnswer> takeAnswer(std::string& text, bool bodiless = false);

} // namespace central_oauth::test
