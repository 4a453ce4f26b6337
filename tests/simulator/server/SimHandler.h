// SPDX-License-Identifier: Apache-2.0
// Handles one request: read, count, fault, route, deliver.
#pragma once

#include "server/Control.h"
#include "server/Endpoints.h"
#include "server/FaultActions.h"
#include "server/SimState.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>

namespace central_oauth::simulator {

/// Handles one request on one of the server's threads. State and control must outlive the server.
class SimHandler : public Poco::Net::HTTPRequestHandler {
public:
    SimHandler(SimState& state, Control& control) : _state(state), _control(control) {}
    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override;

private:
    /// Returns false if the connection must be closed without an answer.
    bool handleAtlassian(const Route& route, const Call& call, Reply& reply, DeliveryPlan& plan);
    [[nodiscard]] FaultActions begin(const Route& route, const Call& call);
    [[nodiscard]] Reply process(const Route& route, const Call& call);
    void end(const Route& route, const Call& call);

    SimState& _state;
    Control& _control;
};

/// Makes the handlers.
class SimHandlerFactory : public Poco::Net::HTTPRequestHandlerFactory {
public:
    SimHandlerFactory(SimState& state, Control& control) : _state(state), _control(control) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
        return new SimHandler(_state, _control);
    }

private:
    SimState& _state;
    Control& _control;
};

} // namespace central_oauth::simulator
