// SPDX-License-Identifier: Apache-2.0
#include "ClientCommands.h"

#include "StandardStreams.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/platform/Signals.h"

#include <iostream>
#include <optional>
#include <string_view>

namespace central_oauth::app {

namespace {

/// For the list: whether a client must name the subject of every request, and on_behalf_of for every link.
std::string_view dutiesOf(const domain::Client& client) {
    if (!client.requireSubject)
        return "-";
    return client.requireOnBehalfOf ? "subject and on_behalf_of required" : "subject required";
}

// Prints a key, which can be shown only once. Withdraws it if that fails: nobody has it then.
template <class Added>
void showOnce(services::ClientService& clients, const Added& added, const std::string& what) {
    try {
        writeResult(added.key.reveal());
        writeResult("\n");
        finishResult();
    } catch (const OutputError& failure) {
        const std::string problem = failure.what();
        try {
            clients.withdraw(added);
        } catch (const std::exception& second) {
            throw OutputError(problem + "; " + what + " was added, its key is lost, and it could not be " +
                              "removed again: " + second.what() + ". Remove it by command.");
        }
        throw OutputError(problem + "; " + what + " was not added.");
    }
}

int add(services::ClientService& clients, const domain::NewClient& wanted) {
    const platform::HeldSignals held; // a signal waits until an unread key is withdrawn
    const auto added = clients.add(wanted);
    const std::string what = "client \"" + added.client.name + '"';
    showOnce(clients, added, what);
    std::cerr << what << " added as " << added.client.id.value()
              << "; its key stands on stdout and is not shown again\n";
    return exitOk;
}

int list(const services::ClientService& clients, std::ostream& output) {
    for (const auto& client : clients.list())
        output << client.id.value() << '\t' << client.name << '\t' << base::join(client.scopes, ",") << '\t'
               << base::formatRfc3339(client.createdAt) << '\t' << dutiesOf(client) << '\t'
               << (client.contact.empty() ? "-" : client.contact) << '\n';
    return exitOk;
}

bool mayRemove(const Command& command, const std::string& what) {
    if (command.yes)
        return true;
    if (canAsk())
        return askYesOrNo("Remove it? [y/N] ");
    throw base::Error(base::ErrorCode::invalidRequest,
                      "Nobody can be asked here: with --yes the " + what + " is removed without a question.");
}

int remove(services::ClientService& clients, const Command& command) {
    const auto& name = command.clientName;
    const auto held = clients.holdings(name);
    std::cerr << "client \"" << name << "\" (" << clients.get(name).id.value() << ") goes with "
              << services::describe(held) << ".\n";
    if (held.accounts > 0)
        std::cerr
            << "The accounts are deleted here only. Nothing is revoked upstream: access tokens that were\n"
               "handed out work until they expire, and the app stays listed in each person's account there.\n"
               "To revoke upstream too, answer no, start the daemon, and send, for each account of\n"
               "GET /v1/accounts, DELETE /v1/tokens/ACCOUNT_ID?upstream=always with a key of this client.\n";
    if (!mayRemove(command, "client")) {
        std::cerr << "nothing was removed\n";
        return exitOk;
    }
    clients.remove(name);
    std::cerr << "client \"" << name << "\" removed\n";
    return exitOk;
}

int addKey(services::ClientService& clients, const std::string& client, const domain::NewKey& wanted) {
    const platform::HeldSignals held; // as in add
    const auto added = clients.addKey(client, wanted);
    const std::string what = "key \"" + added.record.name + "\" of the client \"" + client + '"';
    showOnce(clients, added, what);
    std::cerr << what << " added as " << added.record.keyId << " with the scopes "
              << base::join(added.record.scopes, ",") << "; it stands on stdout and is not shown again\n";
    return exitOk;
}

int listKeys(const services::ClientService& clients, const std::string& client, base::Timestamp now,
             std::ostream& output) {
    for (const auto& [key, grantTokens] : clients.listKeys(client)) {
        output << key.keyId << '\t' << key.name << '\t' << base::join(key.scopes, ",") << '\t'
               << base::formatRfc3339(key.createdAt) << '\t'
               << (key.expiresAt ? base::formatRfc3339(*key.expiresAt) : "-") << '\t'
               << (domain::hasExpired(key, now) ? "expired" : "active") << '\t'
               << (key.issuer.empty() ? "-" : "from " + key.issuer) << '\t' << grantTokens
               << " grant tokens\n";
    }
    return exitOk;
}

// "2 keys that replaced it (a, b) and 3 grant tokens".
std::string textOf(const services::KeyDescent& descent) {
    std::string text;
    if (!descent.keys.empty())
        text = std::to_string(descent.keys.size()) + (descent.keys.size() == 1 ? " key" : " keys") +
               " that replaced it (" + base::join(descent.keys, ",") + ')';
    if (descent.grantTokens > 0)
        text += (text.empty() ? "" : " and ") + std::to_string(descent.grantTokens) +
                (descent.grantTokens == 1 ? " grant token" : " grant tokens");
    return text;
}

// Shows what ends with the key, and asks. Returns nullopt if the answer was no.
std::optional<domain::Issued> decideIssued(const Command& command, const services::KeyDescent& descent) {
    if (descent.isEmpty())
        return command.keepIssued ? domain::Issued::keep : domain::Issued::end;
    const std::string key = "key " + command.keyId + " of the client \"" + command.clientName + '"';
    if (command.keepIssued) {
        const auto count = descent.keys.size() + descent.grantTokens;
        std::cerr << key << ": " << textOf(descent) << (count == 1 ? " stays.\n" : " stay.\n");
        return domain::Issued::keep;
    }
    std::cerr << key << " goes with " << textOf(descent)
              << ", which stop working at once, and with the open links of these keys.\n"
                 "To end the key alone, use --keep-issued.\n";
    if (descent.hasExpired)
        std::cerr << "The key itself has expired. If it never got into wrong hands, use --keep-issued.\n";
    return mayRemove(command, "key") ? std::optional(domain::Issued::end) : std::nullopt;
}

int removeKey(services::ClientService& clients, const Command& command) {
    const auto decided = decideIssued(command, clients.descentOf(command.clientName, command.keyId));
    if (!decided) {
        std::cerr << "nothing was removed\n";
        return exitOk;
    }
    const auto issued = *decided;
    const auto removed = clients.removeKey(command.clientName, command.keyId, issued);
    std::cerr << "key " << command.keyId << " of the client \"" << command.clientName << "\" removed\n";
    for (const auto& key : removed.keys)
        if (key != command.keyId)
            std::cerr << "key " << key << " removed, which descended from it\n";
    if (removed.grantTokens > 0)
        std::cerr << "grant tokens removed that descended from it: " << removed.grantTokens << '\n';
    if (removed.links > 0)
        std::cerr << "open links that expired with it: " << removed.links << '\n';
    return exitOk;
}

} // namespace

int runClientAction(services::ClientService& clients, const Command& command, base::Timestamp now,
                    std::ostream& output) {
    switch (command.action) {
    case Action::clientAdd:
        return add(clients, command.newClient);
    case Action::clientList:
        return list(clients, output);
    case Action::clientRemove:
        return remove(clients, command);
    case Action::clientKeyAdd:
        return addKey(clients, command.clientName, command.newKey);
    case Action::clientKeyList:
        return listKeys(clients, command.clientName, now, output);
    case Action::clientKeyRemove:
        return removeKey(clients, command);
    case Action::serve:
    case Action::help:
    case Action::helpConfig:
    case Action::checkConfig:
    case Action::checkPlugin:
    case Action::version:
    case Action::keysAdd:
        break;
    }
    return exitInternal;
}

} // namespace central_oauth::app
