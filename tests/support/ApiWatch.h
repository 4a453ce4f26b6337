// SPDX-License-Identifier: Apache-2.0
// Checks every answer that a test gets from a daemon against docs/openapi.json.
#pragma once

#include "HttpExchange.h"

#include <string>

namespace central_oauth::test {

/// Starts to check the answers of this origin ("http://127.0.0.1:8080"). Thread-safe.
void watchApi(const std::string& origin);

/// Stops checking this origin: another program may get the port. Thread-safe.
void unwatchApi(const std::string& origin);

/// Checks an answer of a watched origin and ignores all others. `exchange` calls it.
/// Throws: std::runtime_error that lists every violation.
/// Thread-safe.
void checkApiAnswer(const HttpCall& call, const HttpAnswer& answer);

} // namespace central_oauth::test
