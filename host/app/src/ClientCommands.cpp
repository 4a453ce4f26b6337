// SPDX-License-Identifier: Apache-2.0
#include "ClientCommands.h"

#include <iostream>
#include <string_view>

namespace central_oauth::app {

namespace {

std::string listOf(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ",") + name;
    return text;
}

/// What a client has to say, for the list: of every request for whom it is, of every link who asks.
std::string_view dutiesOf(const store::Client& client) {
    if (!client.requireSubject)
        return "-";
    return client.requireOnBehalfOf ? "subject and on_behalf_of required" : "subject required";
}

int add(services::ClientService& clients, const services::NewClient& wanted) {
    const auto added = clients.add(wanted);
    std::cerr << "client \"" << added.client.name << "\" added as " << added.client.id.value()
              << "; its key follows on stdout and is not shown again\n";
    std::cout << added.key.reveal() << '\n';
    return exitOk;
}

int list(const services::ClientService& clients) {
    for (const auto& client : clients.list())
        std::cout << client.id.value() << '\t' << client.name << '\t' << listOf(client.scopes) << '\t'
                  << base::formatRfc3339(client.createdAt) << '\t' << dutiesOf(client) << '\t'
                  << (client.contact.empty() ? "-" : client.contact) << '\n';
    return exitOk;
}

int remove(services::ClientService& clients, const std::string& name) {
    clients.remove(name);
    std::cerr << "client \"" << name << "\" removed with its keys, links and accounts\n";
    return exitOk;
}

int addKey(services::ClientService& clients, const std::string& client, const services::NewKey& wanted) {
    const auto added = clients.addKey(client, wanted);
    std::cerr << "key \"" << added.record.name << "\" of the client \"" << client << "\" added as "
              << added.record.keyId << " with the scopes " << listOf(added.record.scopes)
              << "; it follows on stdout and is not shown again\n";
    std::cout << added.key.reveal() << '\n';
    return exitOk;
}

int listKeys(const services::ClientService& clients, const std::string& client, base::Timestamp now) {
    for (const auto& key : clients.listKeys(client)) {
        const bool hasEnded = key.expiresAt && *key.expiresAt <= now;
        std::cout << key.keyId << '\t' << key.name << '\t' << listOf(key.scopes) << '\t'
                  << base::formatRfc3339(key.createdAt) << '\t'
                  << (key.expiresAt ? base::formatRfc3339(*key.expiresAt) : "-") << '\t'
                  << (hasEnded ? "expired" : "active") << '\n';
    }
    return exitOk;
}

int removeKey(services::ClientService& clients, const std::string& client, const std::string& keyId) {
    clients.removeKey(client, keyId);
    std::cerr << "key " << keyId << " of the client \"" << client << "\" removed\n";
    return exitOk;
}

} // namespace

int runClientAction(services::ClientService& clients, const Command& command, base::Timestamp now) {
    switch (command.action) {
    case Action::clientAdd:
        return add(clients, command.newClient);
    case Action::clientList:
        return list(clients);
    case Action::clientRemove:
        return remove(clients, command.clientName);
    case Action::clientKeyAdd:
        return addKey(clients, command.clientName, command.newKey);
    case Action::clientKeyList:
        return listKeys(clients, command.clientName, now);
    case Action::clientKeyRemove:
        return removeKey(clients, command.clientName, command.keyId);
    case Action::serve:
    case Action::help:
    case Action::helpConfig:
    case Action::checkConfig:
    case Action::checkPlugin:
    case Action::version:
        break;
    }
    return exitInternal;
}

} // namespace central_oauth::app
