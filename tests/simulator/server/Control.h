// SPDX-License-Identifier: Apache-2.0
// The control routes below /_sim: how a test arranges the world and looks into it.
#pragma once

#include "server/Call.h"
#include "server/SimState.h"

#include <stdexcept>
#include <string>
#include <utility>

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

namespace central_oauth::simulator {

/// A control request that makes no sense; what() goes to the caller as the reason.
class ControlError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Answers control requests that carry the secret.
///
/// Borrows the state, whose mutex it takes. Threads: any.
class Control {
public:
    Control(SimState& state, std::string secret) : _state(state), _secret(std::move(secret)) {}

    /// 403 without the right X-Sim-Control header, 404 for an unknown route, 400 with a reason for a bad
    /// request.
    [[nodiscard]] Reply answer(const Call& call);

private:
    SimState& _state;
    std::string _secret;
};

/// The body of a control request; an empty body is an empty object. Throws: ControlError.
[[nodiscard]] Poco::JSON::Object::Ptr controlBody(const Call& call);

/// The answer `{"ok":true}`.
[[nodiscard]] Reply controlDone();

} // namespace central_oauth::simulator
