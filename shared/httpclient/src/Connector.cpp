// SPDX-License-Identifier: Apache-2.0
// Name lookup, the proxy's CONNECT (RFC 9110 section 9.3.6) and the TLS handshake.
#include "Connector.h"

#include "ResponseReader.h"
#include "TlsPolicy.h"

#include <mutex>
#include <vector>

#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>

namespace central_oauth::httpclient {

using provider::LocalFault;

namespace {

std::vector<Poco::Net::IPAddress> addressesOf(const std::string& host) {
    Poco::Net::IPAddress literal;
    if (Poco::Net::IPAddress::tryParse(host, literal))
        return {literal};
    // RFC 6761 section 6.3: never ask a name server for it. Plain http to it is allowed because the request
    // can't leave the machine.
    if (host == "localhost")
        return {Poco::Net::IPAddress("127.0.0.1"), Poco::Net::IPAddress("::1")};
    return Poco::Net::DNS::hostByName(host).addresses();
}

DeadlineConnection connectDirectly(const UpstreamUrl& peer, Deadline deadline) {
    std::vector<Poco::Net::IPAddress> addresses;
    try {
        addresses = addressesOf(peer.host);
    } catch (const Poco::Exception& cause) {
        // Upstream's servers never see an unknown name: the fault is a resolver, a search list or a typo.
        throw ConnectException(std::string("the name can't be resolved (") + cause.name() + ")",
                               LocalFault::names);
    }
    return {addresses, peer.port, deadline};
}

} // namespace

Connector::Connector(const UpstreamHttpOptions& options)
    : _context(verifyingContext(options.extraCaFile, options.extraCaRole)),
      _caSetting(options.extraCaSetting),
      _proxySetting(options.httpsProxySetting),
      _proxy(options.httpsProxy, options.noProxy, options.httpsProxySetting) {}

DeadlineConnection Connector::open(const UpstreamUrl& url, Deadline deadline) const {
    static_cast<void>(remainingUntil(deadline));
    const UpstreamUrl* proxy = _proxy.proxyFor(url);
    DeadlineConnection connection =
        proxy == nullptr ? connectDirectly(url, deadline) : openTunnel(*proxy, url, deadline);
    if (url.secure)
        secure(connection, url.host);
    return connection;
}

// Reports every failure on the way to and in the proxy as the proxy's: upstream has received nothing.
DeadlineConnection Connector::openTunnel(const UpstreamUrl& proxy, const UpstreamUrl& url,
                                         Deadline deadline) const {
    const auto failed = [&](const std::string& why) {
        return ConnectException("the proxy " + proxy.authority() + " (" + _proxySetting + "): " + why,
                                LocalFault::proxy);
    };
    try {
        DeadlineConnection connection = connectDirectly(proxy, deadline);
        tunnel(connection, url);
        return connection;
    } catch (const ConnectException& cause) {
        throw failed(cause.message());
    } catch (const Poco::Net::HTTPException& cause) {
        throw failed(cause.message());
    } catch (const Poco::Net::MessageException& cause) {
        throw failed(cause.message());
    } catch (const Poco::Exception& cause) {
        throw failed(cause.name());
    }
}

void Connector::secure(DeadlineConnection& connection, const std::string& host) const {
    trustSystemOnce();
    const TlsRefusal refusal;
    try {
        connection.startTls(host, _context);
    } catch (const Poco::Net::SSLException& cause) {
        throw ConnectException(refusal.describe(cause, _caSetting), refusal.faultOf(cause));
    }
}

// Not at the start, which it would delay: a service that only serves stored tokens opens no connection.
void Connector::trustSystemOnce() const {
    const std::lock_guard hold(_mutex);
    if (_trustsSystem)
        return;
    if (!trustSystem(_context))
        throw ConnectException("the system's CA certificates can't be read", LocalFault::trust);
    _trustsSystem = true;
}

void Connector::tunnel(DeadlineConnection& connection, const UpstreamUrl& url) const {
    std::string text = "CONNECT " + url.authority() + " HTTP/1.1\r\nHost: " + url.authority() + "\r\n";
    if (!_proxy.authorization().empty()) {
        text.reserve(text.size() + _proxy.authorization().size() + 32);
        text.append("Proxy-Authorization: ").append(_proxy.authorization().reveal()).append("\r\n");
    }
    const provider::Secret request(text.append("\r\n"));
    connection.send(request.reveal());
    ResponseReader reader(connection);
    const int status = reader.readHead().status;
    // TLS clients send first, so bytes after the head do not come from upstream.
    if (status / 100 != 2 || reader.hasUnreadBytes())
        throw Poco::Net::HTTPException("it answered " + std::to_string(status));
}

} // namespace central_oauth::httpclient
