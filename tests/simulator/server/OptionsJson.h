// SPDX-License-Identifier: Apache-2.0
// The options by their names on the control route.
#pragma once

#include "core/Options.h"

#include <Poco/JSON/Object.h>

namespace central_oauth::simulator {

[[nodiscard]] Poco::JSON::Object optionsToJson(const Options& options);

/// Sets the options that the object names. Throws: ControlError for an unknown name or a value out of range;
/// `options` is then partly changed and must be discarded.
void applyOptions(const Poco::JSON::Object& changes, Options& options);

} // namespace central_oauth::simulator
