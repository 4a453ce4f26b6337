// SPDX-License-Identifier: Apache-2.0
// Reads git's attributes and refuses every host but the one that the token is for.
#include "GitRequest.h"

#include "central_oauth/base/Authority.h"
#include "central_oauth/base/Host.h"
#include "central_oauth/base/Text.h"

namespace central_oauth::cli {

GitRequest readGitRequest(Terminal& terminal) {
    GitRequest request;
    bool hasHost = false;
    bool hasProtocol = false;
    while (std::optional<std::string> line = terminal.readLine()) {
        if (!line->empty() && line->back() == '\r') // a pipe on Windows
            line->pop_back();
        if (line->empty())
            break;
        const std::size_t equals = line->find('=');
        const std::string name = line->substr(0, equals);
        if (equals == std::string::npos || (name != "protocol" && name != "host"))
            continue;
        std::string& attribute = name == "host" ? request.host : request.protocol;
        bool& isSaid = name == "host" ? hasHost : hasProtocol;
        request.isAmbiguous = request.isAmbiguous || isSaid;
        isSaid = true;
        attribute = base::lower(line->substr(equals + 1));
    }
    return request;
}

bool isFor(const GitRequest& request, const std::string& host) {
    const bool https = request.protocol == "https";
    if (request.isAmbiguous || (!https && request.protocol != "http"))
        return false;
    const auto scheme = https ? base::WebScheme::https : base::WebScheme::http;
    const auto asked = base::Authority::parse(request.host, scheme);
    return asked && asked == base::Authority::parse(host, scheme) &&
           (https || base::isLoopbackHost(asked->host()));
}

} // namespace central_oauth::cli
