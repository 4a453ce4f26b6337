// SPDX-License-Identifier: Apache-2.0
// What makes the daemon say each name that docs/openapi.json lists for what can be wrong.
#pragma once

#include "ErrorWorld.h"

#include <functional>
#include <string>
#include <vector>

namespace central_oauth::test {

/// One way to an answer with that name: "503 busy" for an error, "Report.cause: scope" for a name of a list.
struct Provocation {
    std::string name;
    std::function<HttpAnswer(ErrorWorld&)> provoke;
};
using Provocations = std::vector<Provocation>;

/// Refused before anything behind the API was asked: by the form of the request, by the credential.
[[nodiscard]] Provocations requestProvocations();
/// By what became of a link.
[[nodiscard]] Provocations linkProvocations();
/// By what became of a grant, and by what upstream answers to a refresh.
[[nodiscard]] Provocations tokenProvocations();
/// Outcomes of report, resolve and deletion, and whose problem an account has.
[[nodiscard]] Provocations outcomeProvocations();

} // namespace central_oauth::test
