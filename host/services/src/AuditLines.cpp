// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/AuditLines.h"

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::services {

namespace {

void writeLine(const logging::Channel& log, const domain::AuditEntry& entry) {
    const auto actor = domain::actorText(entry.actor);
    std::vector<logging::Field> fields{
        {"action", entry.action}, {"outcome", entry.outcome}, {"actor", actor}};
    // A field that the entry does not name keeps the request's value.
    for (const auto& [name, value] :
         {std::pair<std::string_view, const std::string&>("client", entry.client.value()),
          {"client_name", entry.clientName},
          {"account", entry.account.value()},
          {"link", entry.link.value()},
          {"provider", entry.provider},
          {"address", entry.actor.address},
          {"request_id", entry.actor.requestId}}) {
        if (!value.empty())
            fields.emplace_back(name, value);
    }
    log.always("audit", fields);
}

} // namespace

void AuditLines::committed(const domain::Committed& changes) noexcept {
    for (const auto& entry : changes.entries) {
        try {
            writeLine(_log, entry);
        } catch (const std::exception& failure) {
            _log.error("audit line not written", {{"action", entry.action}, {"detail", failure.what()}});
        }
    }
}

} // namespace central_oauth::services
