// SPDX-License-Identifier: Apache-2.0
// Says in words what DELETE /v1/tokens did.
#include "central_oauth/cli/RevokeCommand.h"

#include "central_oauth/cli/PrintableText.h"

namespace central_oauth::cli {

namespace {

std::string upstreamText(const std::string& outcome) {
    const std::string remains = " To end it there, too, remove the app in the account's own settings.";
    if (outcome == "revoked")
        return "revoked; the provider ended the grant.";
    if (outcome == "attempted")
        return "attempted; the provider was asked, but whether the grant ended is unknown." + remains;
    if (outcome == "unsupported")
        return "unsupported; the provider offers no way to end the grant from here." + remains;
    if (outcome == "kept_for_others")
        return "kept_for_others; other accounts rest on the same consent of the same person.";
    if (outcome == "skipped")
        return "skipped; the provider was not told, as the server is configured." + remains;
    return outcome;
}

} // namespace

void RevokeCommand::run() {
    const std::string problem = _invocation.operand + " was not revoked";
    Revocation revocation;
    try {
        revocation = _api.revoke(_invocation.operand);
    } catch (const ApiError& error) {
        throw failureOf(error, problem);
    } catch (const Unreachable& error) {
        throw failureOf(error, error.outcomeUnknown()
                                   ? "whether " + _invocation.operand + " was revoked is unknown"
                                   : problem);
    }
    if (revocation.local != "deleted")
        throw failureOf(UnreadableAnswer("local is not deleted"));
    _terminal.output() << _invocation.operand
                       << "\n  local     deleted; the server keeps no token of this account.\n  upstream  "
                       << upstreamText(revocation.upstream) << '\n';
}

} // namespace central_oauth::cli
