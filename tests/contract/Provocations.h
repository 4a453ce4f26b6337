// SPDX-License-Identifier: Apache-2.0
// Provokes each name of an error, cause or outcome that docs/openapi.json lists.
#pragma once

#include "ErrorWorld.h"

#include <functional>
#include <string>
#include <vector>

namespace central_oauth::test {

/// Provokes an answer with that name: "503 busy" for an error, "Report.cause: scope" for a name of a list.
struct Provocation {
    std::string name;
    std::function<HttpAnswer(ErrorWorld&)> provoke;
};
using Provocations = std::vector<Provocation>;

/// Requests refused by their form or their credential, before any service is called.
[[nodiscard]] Provocations requestProvocations();
/// Answers that follow from the end of a link.
[[nodiscard]] Provocations linkProvocations();
/// Answers that follow from the state of a grant, or from upstream's answer to a refresh.
[[nodiscard]] Provocations tokenProvocations();
/// Outcomes of report, resolve and deletion, and who can fix an account's problem.
[[nodiscard]] Provocations outcomeProvocations();

} // namespace central_oauth::test
