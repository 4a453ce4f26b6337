// SPDX-License-Identifier: Apache-2.0
// A table with columns as wide as their widest cell, or the server's JSON.
#include "central_oauth/cli/AccountsCommand.h"

#include "central_oauth/base/Utf8.h"
#include "central_oauth/cli/PrintableText.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace central_oauth::cli {

namespace {

constexpr std::size_t columns = 6;
constexpr std::size_t widestText = 40;
using Row = std::array<std::string, columns>;

Row rowOf(const Account& account) {
    return {account.accountId,
            account.provider,
            printable(account.person.shownAs(), widestText),
            printable(siteText(account.site, account.sites.size()), widestText),
            account.status,
            account.lastUsedAt.empty() ? "never" : account.lastUsedAt};
}

// Returns one account a line, for programs and for grep.
std::string accountArray(const std::vector<Account>& accounts) {
    std::string text = "[";
    for (const Account& account : accounts)
        text += (text.size() == 1 ? "\n" : ",\n") + account.json;
    return text + (accounts.empty() ? "]\n" : "\n]\n");
}

} // namespace

std::string accountTable(const std::vector<Account>& accounts) {
    std::vector<Row> rows{{"ACCOUNT", "PROVIDER", "WHO", "SITE", "STATUS", "LAST USED"}};
    std::transform(accounts.begin(), accounts.end(), std::back_inserter(rows), rowOf);
    std::array<std::size_t, columns> widths{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < columns; ++i)
            widths[i] = std::max(widths[i], base::countCodePoints(row[i]));
    std::string text;
    for (const Row& row : rows) {
        for (std::size_t i = 0; i + 1 < columns; ++i)
            text += row[i] + std::string(widths[i] - base::countCodePoints(row[i]) + 2, ' ');
        text += row.back() + '\n';
    }
    return text;
}

void AccountsCommand::run() {
    std::vector<Account> accounts;
    try {
        accounts = _api.accounts({_invocation.provider, _invocation.subject});
    } catch (const ApiError& error) {
        throw failureOf(error, "the accounts could not be listed");
    } catch (const Unreachable& error) {
        throw failureOf(error, "the accounts could not be listed");
    }
    if (_invocation.json)
        _terminal.output() << accountArray(accounts);
    else if (!accounts.empty())
        _terminal.output() << accountTable(accounts);
    else if (_invocation.provider.empty() && _invocation.subject.empty())
        _terminal.messages() << "No account is linked yet. Link one with: central-oauth login PROVIDER"
                             << std::endl;
    else
        _terminal.messages() << "No account matches. All of them: central-oauth accounts" << std::endl;
}

} // namespace central_oauth::cli
