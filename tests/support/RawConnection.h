// SPDX-License-Identifier: Apache-2.0
// A connection whose every byte and write is the test's own: what no HTTP library would send. POSIX.
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

/// Where to connect to, and how. A value; copies share the TLS context.
class RawPlace {
public:
    /// 127.0.0.1, without TLS.
    [[nodiscard]] static RawPlace plain(std::uint16_t port);
    /// 127.0.0.1 under TLS; the server has to show this certificate (PEM), for whatever name.
    [[nodiscard]] static RawPlace tls(std::uint16_t port, const std::filesystem::path& certificate);
    /// A socket in the file system, without TLS.
    [[nodiscard]] static RawPlace unixSocket(const std::filesystem::path& path);

private:
    friend class RawConnection;

    std::uint16_t _port = 0;
    std::string _path;
    std::shared_ptr<ssl_ctx_st> _tls;
};

/// One connection.
///
/// Threads: one at a time. Errors: std::runtime_error if it can't be made; afterwards an `end` tells.
class RawConnection {
public:
    enum class End {
        open,
        orderly, ///< the peer said that it sends nothing more; under TLS by its close_notify
        broken,  ///< reset, or under TLS the end came without close_notify
    };
    using Clock = std::chrono::steady_clock;

    explicit RawConnection(const RawPlace& place);
    ~RawConnection();
    RawConnection(RawConnection&& other) noexcept;
    RawConnection& operator=(RawConnection&&) = delete;

    /// Hands these bytes to the system, in one write if it takes them so; Nagle's algorithm is off. False:
    /// not all of them, because the connection has ended.
    bool send(std::string_view bytes);

    /// Says that nothing more will be sent; receiving goes on.
    void finishSending();

    /// Takes what has arrived, without waiting.
    void receive();

    /// Receives until `enough` or the end or the time; whether it was enough.
    bool receiveUntil(const std::function<bool()>& enough, Clock::time_point deadline);

    /// Everything that was received and not taken out of it yet.
    [[nodiscard]] std::string& received() noexcept { return _received; }
    [[nodiscard]] End end() const noexcept { return _end; }

    /// Receives on many connections until each is `finished` or the time is up. A connection that has ended
    /// is not waited for.
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

/// Takes the first answer off the text, if it is there as a whole: head and as much body as its
/// Content-Length says, none of `bodiless` answers (to HEAD) and of interim ones. Throws: std::runtime_error
/// for what is no HTTP/1.1 answer with a Content-Length.
[[nodiscard]] std::optional<HttpAnswer> takeAnswer(std::string& text, bool bodiless = false);

} // namespace central_oauth::test
