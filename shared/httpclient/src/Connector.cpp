// SPDX-License-Identifier: Apache-2.0
// Name lookup, the proxy's CONNECT (RFC 9110 section 9.3.6) and the TLS context.
#include "Connector.h"

#include "ResponseReader.h"
#include "central_oauth/base/Error.h"

#include <vector>

#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/NetException.h>

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

Poco::Net::Context::Ptr verifyingContext(const std::filesystem::path& extraCaFile) {
    Poco::Net::Context::Params params;
    params.caLocation = extraCaFile.string();
    params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
    params.verificationDepth = 9;
    params.loadDefaultCAs = true;
    params.cipherList = "HIGH:!aNULL:!eNULL:!kRSA:!PSK:!SRP:@SECLEVEL=2";
    try {
        Poco::Net::Context::Ptr context = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params);
        context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
        context->enableExtendedCertificateVerification(true);
        return context;
    } catch (const Poco::Exception&) {
        throw base::Error(base::ErrorCode::providerMisconfigured, {},
                          "the CA bundle " + extraCaFile.string() +
                              " can't be used; name a readable file of PEM certificates");
    }
}

Connector::Connector(const std::filesystem::path& extraCaFile, const std::string& httpsProxy,
                     const std::string& noProxy)
    : _context(verifyingContext(extraCaFile)), _proxy(httpsProxy, noProxy) {}

DeadlineConnection Connector::open(const UpstreamUrl& url, Deadline deadline) const {
    static_cast<void>(remainingUntil(deadline));
    const UpstreamUrl* proxy = _proxy.proxyFor(url);
    const UpstreamUrl& peer = proxy == nullptr ? url : *proxy;
    DeadlineConnection connection(addressesOf(peer.host), peer.port, deadline);
    if (proxy != nullptr)
        tunnel(connection, url);
    if (url.secure)
        connection.startTls(url.host, _context);
    return connection;
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
