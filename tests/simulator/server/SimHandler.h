// SPDX-License-Identifier: Apache-2.0
// Handles one request: read, count, fault, route, deliver.
#pragma once

#include "server/Control.h"
#include "server/Endpoints.h"
#include "server/FaultActions.h"
#include "server/SimState.h"

#include <optional>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>

namespace central_oauth::simulator {

/// Handles one request on one of the server's threads. State and control must outlive the server.
class SimHandler : public Poco::Net::HTTPRequestHandler {
public:
    /// With `controlOnly` there are no routes of Atlassian.
    SimHandler(SimState& state, Control& control, bool controlOnly)
        : _state(state), _control(control), _controlOnly(controlOnly) {}
    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override;

private:
    /// A request of one of Atlassian's routes, in progress.
    struct Exchange {
        const Route& route;
        std::string grantType;
        FaultActions actions;
        std::optional<RefreshTicket> refresh; ///< of a request of the grant refresh_token
    };

    void answerAtlassian(const Route& route, const Call& call, Poco::Net::HTTPServerRequest& request,
                         Poco::Net::HTTPServerResponse& response);
    [[nodiscard]] Exchange begin(const Route& route, const Call& call);
    [[nodiscard]] Reply process(const Exchange& exchange, const Call& call);
    void end(const Exchange& exchange, const AnswerBytes& answer);
    void retract(const Exchange& exchange);

    SimState& _state;
    Control& _control;
    bool _controlOnly;
};

/// Makes the handlers.
class SimHandlerFactory : public Poco::Net::HTTPRequestHandlerFactory {
public:
    SimHandlerFactory(SimState& state, Control& control, bool controlOnly = false)
        : _state(state), _control(control), _controlOnly(controlOnly) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
        return new SimHandler(_state, _control, _controlOnly);
    }

private:
    SimState& _state;
    Control& _control;
    bool _controlOnly;
};

} // namespace central_oauth::simulator
