// SPDX-License-Identifier: Apache-2.0
// Which account a person means by a name.
#pragma once

#include "central_oauth/cli/ApiClient.h"

#include <string>
#include <vector>

namespace central_oauth::cli {

/// Finds the one account of the client that is meant by an operand: an account id, or exactly its provider,
/// label, email, site (name or URL), subject or display name. The first of these that any account bears
/// decides. The name of a provider never means a site or a person. An empty operand means the only account
/// there is.
///
/// Borrows the API; `command` is the name of the command that asks, for its error texts.
///
/// Errors: Failure: linkNeeded where no account is linked at all, unknownAccount for a name that none bears,
/// usage with the list where several are meant, and what the server refuses. UnreadableAnswer, Interrupted.
class AccountSelection {
public:
    AccountSelection(ApiClient& api, std::string command) : _api(api), _command(std::move(command)) {}

    /// The account's id. An operand that is one is not looked up.
    [[nodiscard]] std::string id(const std::string& operand);

    /// The account as the server has it.
    [[nodiscard]] Account account(const std::string& operand);

private:
    [[nodiscard]] std::vector<Account> list(const std::string& operand);
    void refuseProvider(const std::string& operand);
    [[nodiscard]] Account choose(const std::string& operand);

    ApiClient& _api;
    std::string _command;
};

/// True for what nothing but an account's id looks like.
[[nodiscard]] bool isAccountId(const std::string& text);

/// "Ada Lovelace at jira, Acme (acc_...)": the account in one line, for people.
[[nodiscard]] std::string accountLine(const Account& account);

/// The command that links an account again; empty parts are left out, an empty provider is PROVIDER. The
/// texts are as the server sent them.
[[nodiscard]] std::string loginCommand(const std::string& provider, const std::string& subject,
                                       const std::string& site);

/// The command that links this account again.
[[nodiscard]] std::string loginCommand(const Account& account);

} // namespace central_oauth::cli
