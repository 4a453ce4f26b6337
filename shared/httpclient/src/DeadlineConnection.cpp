// SPDX-License-Identifier: Apache-2.0
// Non-blocking operations on Poco's sockets, each limited by the one deadline.
#include "DeadlineConnection.h"

#include "TlsPolicy.h"

#include <algorithm>
#include <cerrno>

#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/Utility.h>

namespace central_oauth::httpclient {

using Poco::Net::SecureStreamSocket;
using Poco::Net::Socket;

namespace {

// OpenSSL reports errors left in this thread's queue, and Poco 1.11 retries for ever on a left-over EINTR.
void forgetEarlierErrors() {
    Poco::Net::Utility::clearErrorStack();
    errno = 0;
}

} // namespace

Poco::Timespan remainingUntil(Deadline deadline) {
    using namespace std::chrono;
    const auto left = deadline - steady_clock::now();
    if (left <= steady_clock::duration::zero())
        throw Poco::TimeoutException("deadline passed");
    // poll() takes int milliseconds; no call here should last an hour.
    const auto bounded = std::min<steady_clock::duration>(left, hours(1));
    return Poco::Timespan(duration_cast<microseconds>(bounded).count() + 1000);
}

DeadlineConnection::DeadlineConnection(const std::vector<Poco::Net::IPAddress>& addresses, std::uint16_t port,
                                       Deadline deadline)
    : _deadline(deadline) {
    if (addresses.empty())
        throw Poco::Net::NoAddressFoundException("no address");
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const std::size_t left = addresses.size() - i;
        try {
            connectTo(Poco::Net::SocketAddress(addresses[i], port), left);
            return;
        } catch (const Poco::Exception&) {
            if (left == 1)
                throw;
        }
    }
}

void DeadlineConnection::connectTo(const Poco::Net::SocketAddress& address, std::size_t candidatesLeft) {
    // A share for each address: an unreachable first one must not use up the time of the second.
    const Poco::Timespan share(remainingUntil(_deadline).totalMicroseconds() /
                               static_cast<Poco::Timespan::TimeDiff>(candidatesLeft));
    _socket = Poco::Net::StreamSocket();
    _socket.connect(address, share);
    _socket.setNoDelay(true);
    _socket.setBlocking(false);
}

void DeadlineConnection::startTls(const std::string& host, const Poco::Net::Context::Ptr& context) {
    Poco::Net::IPAddress literal;
    const bool isAddress = Poco::Net::IPAddress::tryParse(host, literal);
    forgetEarlierErrors();
    // RFC 6066 section 3 forbids IP addresses in the server name extension.
    auto secure = SecureStreamSocket::attach(_socket, isAddress ? std::string() : host, context);
    for (int step = 0; step != 1;) {
        forgetEarlierErrors();
        step = secure.completeHandshake();
        if (step == 0)
            throw Poco::Net::SSLConnectionUnexpectedlyClosedException();
        if (step < 0)
            waitFor(step == SecureStreamSocket::ERR_SSL_WANT_WRITE ? Socket::SELECT_WRITE
                                                                   : Socket::SELECT_READ);
    }
    if (!secure.havePeerCertificate())
        throw Poco::Net::CertificateValidationException("no certificate");
    requireCertificateFor(secure.peerCertificate(), host);
    _socket = secure;
}

void DeadlineConnection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        waitFor(Socket::SELECT_WRITE);
        forgetEarlierErrors();
        // OpenSSL requires the same start again after a negative result.
        const int sent = _socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        if (sent > 0)
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        else if (sent == SecureStreamSocket::ERR_SSL_WANT_READ)
            waitFor(Socket::SELECT_READ);
    }
}

std::size_t DeadlineConnection::receive(char* buffer, std::size_t size) {
    for (;;) {
        static_cast<void>(remainingUntil(_deadline));
        forgetEarlierErrors();
        const int received = _socket.receiveBytes(buffer, static_cast<int>(size));
        if (received >= 0)
            return static_cast<std::size_t>(received);
        const bool wantsWrite = _socket.secure() && received == SecureStreamSocket::ERR_SSL_WANT_WRITE;
        waitFor(wantsWrite ? Socket::SELECT_WRITE : Socket::SELECT_READ);
    }
}

void DeadlineConnection::waitFor(Socket::SelectMode mode) const {
    if (!_socket.poll(remainingUntil(_deadline), mode))
        throw Poco::TimeoutException("deadline passed");
}

} // namespace central_oauth::httpclient
