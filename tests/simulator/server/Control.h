// SPDX-License-Identifier: Apache-2.0
// The control routes below /_sim: a test arranges and inspects the world with them.
#pragma once

#include "server/Call.h"
#include "server/SimState.h"

#include <stdexcept>
#include <string>
#include <utility>

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

namespace central_oauth::simulator {

/// An invalid control request; what() goes to the caller as the reason.
class ControlError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Answers control requests that carry the secret.
///
/// Keeps a reference to the state and takes its mutex. Thread-safe.
class Control {
public:
    Control(SimState& state, std::string secret) : _state(state), _secret(std::move(secret)) {}

    /// Answers 403 without the right X-Sim-Control header, 404 for an unknown route, 400 with a reason for a
    /// bad request.
    [[nodiscard]] Reply answer(const Call& call);

private:
    SimState& _state;
    std::string _secret;
};

/// Returns the body of a control request; an empty body is an empty object. Throws: ControlError.
[[nodiscard]] Poco::JSON::Object::Ptr controlBody(const Call& call);

/// Returns the answer `{"ok":true}`.
[[nodiscard]] Reply controlDone();

} // namespace central_oauth::simulator
