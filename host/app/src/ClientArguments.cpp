// SPDX-License-Identifier: Apache-2.0
#include "ClientArguments.h"

#include "central_oauth/base/Text.h"
#include "central_oauth/base/TypedName.h"

#include <cstdint>
#include <sstream>

namespace central_oauth::app {

namespace {

std::vector<std::string> splitByComma(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, ',');)
        parts.push_back(part);
    return parts;
}

void readNumber(const CommandWords& words, const std::string& option, int& value) {
    const auto* text = words.find(option);
    if (text == nullptr)
        return;
    const auto number = base::parseNumber<int>(*text);
    if (!number)
        throw UsageError(option + " takes a whole number.");
    value = *number;
}

// "90d" or "12h". Only values that don't fit into hours are refused here; the service limits a key's life.
std::chrono::seconds lifeOf(const std::string& text) {
    constexpr std::uint32_t most = 1'000'000;
    const bool isDays = text.ends_with('d');
    const auto digits = std::string_view(text).substr(0, text.empty() ? 0 : text.size() - 1);
    const auto number = base::parseNumber<std::uint32_t>(digits);
    if (!number || *number > most || (!isDays && !text.ends_with('h')))
        throw UsageError("--expires takes a number of days or hours, such as 90d or 12h.");
    return std::chrono::hours(std::int64_t{*number} * (isDays ? 24 : 1));
}

void readNewClient(const CommandWords& words, domain::NewClient& client) {
    client.name = words.operand(0);
    if (const auto* scopes = words.find("--scopes"))
        client.scopes = splitByComma(*scopes);
    if (const auto* contact = words.find("--contact"))
        client.contact = *contact;
    client.requireSubject = words.has("--require-subject");
    const bool goesWithout = words.has("--no-on-behalf-of");
    if (goesWithout && !client.requireSubject)
        throw UsageError(
            "--no-on-behalf-of goes with --require-subject; other clients may leave on_behalf_of "
            "out anyway.");
    client.requireOnBehalfOf = client.requireSubject && !goesWithout;
    readNumber(words, "--links-per-minute", client.linksPerMinute);
    readNumber(words, "--live-links", client.liveLinks);
    readNumber(words, "--max-accounts", client.maxAccounts);
    readNumber(words, "--writes-per-minute", client.writesPerMinute);
    readNumber(words, "--checks-per-minute", client.checksPerMinute);
}

void readNewKey(const CommandWords& words, domain::NewKey& key) {
    key.name = *words.find("--name");
    if (const auto* scopes = words.find("--scopes"))
        key.scopes = splitByComma(*scopes);
    if (const auto* life = words.find("--expires"))
        key.life = lifeOf(*life);
}

} // namespace

void readClientArguments(const CommandWords& words, Command& command) {
    if (command.action == Action::clientAdd) {
        readNewClient(words, command.newClient);
        return;
    }
    if (command.action == Action::clientList)
        return;
    // Names of clients and ids of keys are ASCII, so the folded text is unambiguous.
    command.clientName = base::foldTypedName(words.operand(0));
    if (command.action == Action::clientKeyAdd)
        readNewKey(words, command.newKey);
    if (command.action == Action::clientKeyRemove)
        command.keyId = base::foldTypedName(words.operand(1));
    command.keepIssued = words.has("--keep-issued");
    command.yes = words.has("--yes");
}

} // namespace central_oauth::app
