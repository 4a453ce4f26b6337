// SPDX-License-Identifier: Apache-2.0
// Installs the rejecting handler and a default context. Each Connector has a context of its own, so the
// default one trusts nobody.
#include "central_oauth/httpclient/TlsInitialisation.h"

#include "TlsPolicy.h"

#include <Poco/Net/NetSSL.h>
#include <Poco/Net/SSLManager.h>

namespace central_oauth::httpclient {

TlsInitialisation::TlsInitialisation() {
    Poco::Net::initializeSSL();
    Poco::Net::SSLManager::instance().initializeClient(nullptr, new RememberingRejectHandler(false),
                                                       verifyingContext({}, platform::FileRole::authorities));
}

TlsInitialisation::~TlsInitialisation() {
    Poco::Net::uninitializeSSL();
}

} // namespace central_oauth::httpclient
