// SPDX-License-Identifier: Apache-2.0
#include "ClientArguments.h"

#include "central_oauth/base/DisplayText.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <sstream>

namespace central_oauth::app {

namespace {

/// The words behind a command: those that stand for themselves, and options with their values.
struct Words {
    std::vector<std::string> plain;
    std::map<std::string, std::string> options;

    [[nodiscard]] const std::string* find(const std::string& option) const {
        const auto found = options.find(option);
        return found == options.end() ? nullptr : &found->second;
    }
};

/// A command's name and its options.
struct Form {
    std::string command;
    std::vector<std::string> valued; ///< followed by a value
    std::vector<std::string> flags;  ///< alone
};

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// A word from the command line goes back to the terminal cut, and without what a terminal obeys.
constexpr std::size_t longestShown = 100;

Words wordsOf(const std::vector<std::string>& arguments, std::size_t first, const Form& form) {
    Words words;
    for (auto i = first; i < arguments.size(); ++i) {
        const auto& word = arguments[i];
        if (!word.starts_with("--")) {
            words.plain.push_back(word);
            continue;
        }
        const bool hasValue = contains(form.valued, word);
        if (!hasValue && !contains(form.flags, word))
            throw UsageError(form.command + " has no option " + base::displayText(word, longestShown) + ".");
        if (words.find(word) != nullptr)
            throw UsageError(word + " is there twice.");
        if (hasValue && ++i == arguments.size())
            throw UsageError(word + " needs a value.");
        words.options[word] = hasValue ? arguments[i] : std::string();
    }
    return words;
}

std::vector<std::string> splitByComma(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, ',');)
        parts.push_back(part);
    return parts;
}

void readNumber(const Words& words, const std::string& option, int& value) {
    const auto* text = words.find(option);
    if (text == nullptr)
        return;
    const auto* const textEnd = text->data() + text->size();
    const auto [end, fault] = std::from_chars(text->data(), textEnd, value);
    if (fault != std::errc() || end != textEnd)
        throw UsageError(option + " takes a whole number.");
}

// "90d" or "12h". What is too long for a key is for the service to refuse, but not before it fits into hours.
std::chrono::seconds lifeOf(const std::string& text) {
    constexpr std::uint32_t most = 1'000'000;
    std::uint32_t number = 0;
    const auto* const textEnd = text.data() + text.size();
    const auto [end, fault] = std::from_chars(text.data(), textEnd, number);
    const bool isWhole = fault == std::errc() && end + 1 == textEnd && (*end == 'd' || *end == 'h');
    if (!isWhole || number > most)
        throw UsageError("--expires takes a number of days or hours, such as 90d or 12h.");
    return std::chrono::hours(*end == 'd' ? std::int64_t{number} * 24 : std::int64_t{number});
}

Command parseAdd(const std::vector<std::string>& arguments) {
    const auto words = wordsOf(arguments, 2,
                               {"client add",
                                {"--scopes", "--contact", "--links-per-minute", "--live-links",
                                 "--max-accounts", "--writes-per-minute", "--checks-per-minute"},
                                {"--require-subject", "--no-on-behalf-of"}});
    if (words.plain.empty())
        throw UsageError("client add needs a NAME.");
    if (words.plain.size() > 1)
        throw UsageError("client add takes one NAME; put quotes around a name with spaces.");
    Command command;
    command.action = Action::clientAdd;
    command.newClient.name = words.plain.front();
    if (const auto* scopes = words.find("--scopes"))
        command.newClient.scopes = splitByComma(*scopes);
    if (const auto* contact = words.find("--contact"))
        command.newClient.contact = *contact;
    command.newClient.requireSubject = words.find("--require-subject") != nullptr;
    const bool goesWithout = words.find("--no-on-behalf-of") != nullptr;
    if (goesWithout && !command.newClient.requireSubject)
        throw UsageError(
            "--no-on-behalf-of goes with --require-subject; other clients may leave on_behalf_of "
            "out anyway.");
    command.newClient.requireOnBehalfOf = command.newClient.requireSubject && !goesWithout;
    readNumber(words, "--links-per-minute", command.newClient.linksPerMinute);
    readNumber(words, "--live-links", command.newClient.liveLinks);
    readNumber(words, "--max-accounts", command.newClient.maxAccounts);
    readNumber(words, "--writes-per-minute", command.newClient.writesPerMinute);
    readNumber(words, "--checks-per-minute", command.newClient.checksPerMinute);
    return command;
}

Command parseKeyAdd(const std::vector<std::string>& arguments) {
    const auto words = wordsOf(arguments, 3, {"client key add", {"--name", "--scopes", "--expires"}, {}});
    if (words.plain.size() != 1)
        throw UsageError("client key add takes one CLIENT; put quotes around a name with spaces.");
    const auto* name = words.find("--name");
    if (name == nullptr)
        throw UsageError("client key add needs a --name KEY, by which people will know it.");
    Command command;
    command.action = Action::clientKeyAdd;
    command.clientName = words.plain.front();
    command.newKey.name = *name;
    if (const auto* scopes = words.find("--scopes"))
        command.newKey.scopes = splitByComma(*scopes);
    if (const auto* life = words.find("--expires"))
        command.newKey.life = lifeOf(*life);
    return command;
}

Command parseKey(const std::vector<std::string>& arguments) {
    const auto verb = arguments.size() > 2 ? arguments[2] : std::string();
    if (verb == "add")
        return parseKeyAdd(arguments);
    Command command;
    if (verb == "list" && arguments.size() == 4) {
        command.action = Action::clientKeyList;
        command.clientName = arguments[3];
        return command;
    }
    if (verb == "remove" && arguments.size() == 5) {
        command.action = Action::clientKeyRemove;
        command.clientName = arguments[3];
        command.keyId = arguments[4];
        return command;
    }
    throw UsageError(
        "client key is followed by add CLIENT --name KEY, list CLIENT, or remove CLIENT KEY_ID.");
}

} // namespace

Command parseClientCommand(const std::vector<std::string>& arguments) {
    const auto verb = arguments.size() > 1 ? arguments[1] : std::string();
    if (verb == "add")
        return parseAdd(arguments);
    if (verb == "key")
        return parseKey(arguments);
    Command command;
    if (verb == "list" && arguments.size() == 2) {
        command.action = Action::clientList;
        return command;
    }
    if (verb == "remove" && arguments.size() == 3) {
        command.action = Action::clientRemove;
        command.clientName = arguments[2];
        return command;
    }
    throw UsageError("client is followed by add NAME, list, remove NAME, or key.");
}

} // namespace central_oauth::app
