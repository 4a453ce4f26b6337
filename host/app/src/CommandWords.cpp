// SPDX-License-Identifier: Apache-2.0
#include "CommandWords.h"

#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/Text.h"

#include <algorithm>

namespace central_oauth::app {

namespace {

const OptionForm* findOption(const CommandForm& form, const std::string& name) {
    const auto found = std::find_if(form.options.begin(), form.options.end(),
                                    [&](const auto& option) { return option.name == name; });
    return found == form.options.end() ? nullptr : &*found;
}

void checkOperands(const CommandForm& form, std::size_t given) {
    if (given == form.operands.size())
        return;
    const bool isName = std::any_of(form.operands.begin(), form.operands.end(),
                                    [](const auto& name) { return name == "NAME" || name == "CLIENT"; });
    if (form.operands.empty())
        throw UsageError(nameOf(form) + " takes no arguments.");
    throw UsageError(nameOf(form) + " takes one " + base::join(form.operands, " and one ") +
                     (isName ? "; put quotes around a name with spaces." : "."));
}

} // namespace

CommandWords CommandWords::read(const CommandForm& form, const std::vector<std::string>& arguments) {
    if (form.operands.empty() && form.options.empty())
        checkOperands(form, arguments.size() - form.words.size());
    CommandWords words;
    for (auto i = form.words.size(); i < arguments.size(); ++i) {
        const auto& word = arguments[i];
        const auto* option = findOption(form, word);
        if (option == nullptr && word.starts_with("--") && !form.operandsAsTyped)
            throw UsageError(nameOf(form) + " has no option " + base::displayText(word, longestShown) + ".");
        if (option == nullptr) {
            words._operands.push_back(word);
            continue;
        }
        if (words.has(word))
            throw UsageError(word + " is there twice.");
        if (!option->value.empty() && ++i == arguments.size())
            throw UsageError(word + " needs a value.");
        words._options[word] = option->value.empty() ? std::string() : arguments[i];
    }
    checkOperands(form, words._operands.size());
    for (const auto& option : form.options)
        if (option.required && !words.has(option.name))
            throw UsageError(nameOf(form) + " needs " + option.name + ' ' + option.value + '.');
    return words;
}

bool isHelp(const std::string& word) noexcept {
    return word == "--help" || word == "-h";
}

bool CommandWords::askForHelp(const CommandForm& form, const std::vector<std::string>& arguments) {
    for (auto i = form.words.size(); i < arguments.size(); ++i) {
        if (isHelp(arguments[i]))
            return true;
        const auto* option = findOption(form, arguments[i]);
        if (option != nullptr && !option->value.empty())
            ++i;
    }
    return false;
}

const std::string* CommandWords::find(const std::string& option) const {
    const auto found = _options.find(option);
    return found == _options.end() ? nullptr : &found->second;
}

std::string shortUsageOf(const CommandForm& form) {
    auto needed = form;
    std::erase_if(needed.options, [](const auto& option) { return !option.required; });
    return usageOf(needed);
}

std::string joinedByOr(const std::vector<std::string>& texts) {
    std::string text;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i > 0)
            text += i + 1 < texts.size() ? ", " : ", or ";
        text += texts[i];
    }
    return text;
}

} // namespace central_oauth::app
