// SPDX-License-Identifier: Apache-2.0
// Every answer that a test gets from a daemon is held against docs/openapi.json.
#pragma once

#include "HttpExchange.h"

#include <string>

namespace central_oauth::test {

/// From now on answers of this origin ("http://127.0.0.1:8080") are checked. [any thread]
void watchApi(const std::string& origin);

/// No more: another program may get the port. [any thread]
void unwatchApi(const std::string& origin);

/// Checks an answer of a watched origin; those of others are none of its business. `exchange` calls it by
/// itself. Throws: std::runtime_error that lists every violation. [any thread]
void checkApiAnswer(const HttpCall& call, const HttpAnswer& answer);

} // namespace central_oauth::test
