// SPDX-License-Identifier: Apache-2.0
// Name lookup, the proxy's CONNECT (RFC 9110 section 9.3.6) and the TLS handshake.
#include "Connector.h"

#include "ResponseReader.h"
#include "TlsPolicy.h"

#include <vector>

#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>

namespace central_oauth::httpclient {

namespace {

std::vector<Poco::Net::IPAddress> addressesOf(const std::string& host) {
    Poco::Net::IPAddress literal;
    if (Poco::Net::IPAddress::tryParse(host, literal))
        return {literal};
    // RFC 6761 section 6.3: never ask a name server for it; plain http is allowed because this can't leave
    // the machine.
    if (host == "localhost")
        return {Poco::Net::IPAddress("127.0.0.1"), Poco::Net::IPAddress("::1")};
    return Poco::Net::DNS::hostByName(host).addresses();
}

} // namespace

Connector::Connector(const UpstreamHttpOptions& options)
    : _context(verifyingContext(options.extraCaFile, options.extraCaRole)),
      _caSetting(options.extraCaSetting),
      _proxy(options.httpsProxy, options.noProxy) {}

DeadlineConnection Connector::open(const UpstreamUrl& url, Deadline deadline) const {
    static_cast<void>(remainingUntil(deadline));
    const UpstreamUrl* proxy = _proxy.proxyFor(url);
    const UpstreamUrl& peer = proxy == nullptr ? url : *proxy;
    DeadlineConnection connection(addressesOf(peer.host), peer.port, deadline);
    if (proxy != nullptr)
        tunnel(connection, url);
    if (url.secure)
        secure(connection, url.host);
    return connection;
}

void Connector::secure(DeadlineConnection& connection, const std::string& host) const {
    const TlsRefusal refusal;
    try {
        connection.startTls(host, _context);
    } catch (const Poco::Net::SSLException& cause) {
        throw HandshakeException(refusal.describe(cause, _caSetting));
    }
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
    // TLS clients speak first, so anything behind the head is not the upstream.
    if (status / 100 != 2 || reader.hasUnreadBytes())
        throw Poco::Net::HTTPException("proxy answered " + std::to_string(status));
}

} // namespace central_oauth::httpclient
