// SPDX-License-Identifier: Apache-2.0
// Which account a person means by a name.
#pragma once

#include "central_oauth/cli/ApiClient.h"

#include <string>
#include <vector>

namespace central_oauth::cli {

/// Finds the account of the client that an operand names: by account id, or exactly by provider, label,
/// email, site (name or URL), subject or display name. The first of these kinds that any account matches
/// decides. The name of a provider never means a site or a person. An empty operand means the only account.
///
/// Borrows the API. `command` is the name of the running command, for error texts.
///
/// Errors: Failure: linkNeeded if no account is linked, unknownAccount for a name that no account has, usage
/// with a list if several match, and what the server refuses. UnreadableAnswer, Interrupted.
class AccountSelection {
public:
    AccountSelection(ApiClient& api, std::string command) : _api(api), _command(std::move(command)) {}

    /// Returns the account's id. Does not look up an operand that is one.
    [[nodiscard]] std::string id(const std::string& operand);

    /// Returns the account as the server has it.
    [[nodiscard]] Account account(const std::string& operand);

private:
    [[nodiscard]] std::vector<Account> list(const std::string& operand);
    void refuseProvider(const std::string& operand);
    [[nodiscard]] Account choose(const std::string& operand);

    ApiClient& _api;
    std::string _command;
};

/// Returns whether the text has the form of an account's id, which no other name has.
[[nodiscard]] bool isAccountId(const std::string& text);

/// Returns the account in one line for people: "Ada Lovelace at jira, Acme (acc_...)".
[[nodiscard]] std::string accountLine(const Account& account);

/// Returns the command that links an account again, without empty parts; an empty provider becomes PROVIDER.
/// The arguments are as the server sent them.
[[nodiscard]] std::string loginCommand(const std::string& provider, const std::string& subject,
                                       const std::string& site);

/// Returns the command that links this account again.
[[nodiscard]] std::string loginCommand(const Account& account);

} // namespace central_oauth::cli
