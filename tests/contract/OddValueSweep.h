// SPDX-License-Identifier: Apache-2.0
// Requests with one odd value each, for every route of the daemon's router.
#pragma once

#include "../support/KeptConnection.h"
#include "ApiWorld.h"
#include "Findings.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace central_oauth::test {

/// Sends valid requests with one value of each replaced, and checks every answer: no status of 500 and above
/// but 501, and the form that docs/openapi.json describes.
///
/// Each request comes from an address of its own. Not thread-safe.
class OddValueSweep {
public:
    OddValueSweep(ApiWorld& world, Findings& findings);

    /// A browser that has opened a link, and the fields of its forms.
    struct Session {
        std::string link;   ///< the link's id
        std::string cookie; ///< value of the Cookie header
        std::string csrf;
    };
    [[nodiscard]] Session openedLink();   ///< at the approval page
    [[nodiscard]] Session finishedLink(); ///< at the done page

    /// Replaces each parameter of the path.
    void sweepPath(const ApiOperation& operation);
    /// Replaces each known query parameter; adds odd names and repeated ones.
    void sweepQuery(const ApiOperation& operation);
    /// Replaces each known field of a JSON body or a form.
    void sweepBody(const ApiOperation& operation);
    /// Replaces each header that the service reads, once and twice. Each call sends a quarter of the values
    /// to each route; four calls send all.
    void sweepHeaders(const ApiOperation& operation);
    /// Replaces the cookies of links, their names and their values. Each route gets half of the values, by
    /// turns.
    void sweepCookies(const ApiOperation& operation);

    [[nodiscard]] int requests() const noexcept { return _requests; }

private:
    /// Returns a valid request with a credential or, as a browser sends it, with cookies.
    [[nodiscard]] RawCall rightCall(const ApiOperation& operation);
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> fieldsOf(const ApiOperation& operation);
    void send(const ApiOperation& operation, RawCall call, const std::string& what);
    void sendBoth(const ApiOperation& operation, const RawCall& call, const std::string& what);
    void judge(const ApiOperation& operation, const RawCall& call, const HttpAnswer& answer,
               const std::string& what);
    [[nodiscard]] Session sessionOf(WebBrowser& browser, const TestLink& link, const std::string& csrf) const;

    ApiWorld& _world;
    Findings& _findings;
    KeptConnection _connection;
    std::string _grantToken; ///< one id for all requests: an account has ten grant tokens at most
    std::optional<Session> _opened;
    std::optional<Session> _finished;
    std::set<std::string>
        _validated; ///< operation, status and error of the answers checked against the description
    bool _isPathRight = true;
    int _requests = 0;
    std::size_t _turn = 0; ///< which part of the values is next
};

} // namespace central_oauth::test
