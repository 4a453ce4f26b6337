// SPDX-License-Identifier: Apache-2.0
// One case per command and the word before the cursor.
#include "central_oauth/cli/Completion.h"

#include "central_oauth/base/Text.h"
#include "central_oauth/cli/CommandLine.h"

#include <vector>

namespace central_oauth::cli {

namespace {

using Words = std::vector<std::string>;

// "--format=raw" reaches the function as three words, because '=' is one of bash's COMP_WORDBREAKS.
constexpr const char* head = R"(# bash completion for central-oauth, printed by: central-oauth completion bash
_central_oauth() {
    local IFS=$' \t\n' words=
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    COMPREPLY=()
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    ((COMP_CWORD > 1)) || command=
    case $command:$previous in
)";

constexpr const char* tail = R"(        *) return ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _central_oauth central-oauth
)";

// No name in the table needs quotes: all are of [a-z-].
std::string offer(const std::string& pattern, const Words& words) {
    return "        " + pattern + ") words='" + base::join(words, " ") + "' ;;\n";
}

// Completes known values, and leaves file names to bash. Values that only the person knows have no
// completion.
std::string casesOf(const CommandDescription& command) {
    std::string cases;
    Words options;
    for (const OptionDescription& option : command.options) {
        options.push_back("--" + option.name);
        const std::string pattern = command.name + ":--" + option.name;
        if (!option.values.empty())
            cases += offer(pattern, option.values);
        else if (option.value == "FILE")
            cases += "        " + pattern + ") compopt -o default; return ;;\n";
        else if (!option.value.empty())
            cases += "        " + pattern + ") return ;;\n";
    }
    if (!command.operandValues.empty()) {
        Words first = command.operandValues;
        first.insert(first.end(), options.begin(), options.end());
        cases += offer(command.name + ':' + command.name, first);
    }
    return cases + offer(command.name + ":*", options);
}

} // namespace

std::string bashCompletion() {
    std::string cases;
    Words first;
    for (const CommandDescription& command : describeCommands()) {
        first.push_back(command.name);
        cases += casesOf(command);
    }
    first.insert(first.end(), {"--help", "--version"});
    return head + offer(":*", first) + cases + tail;
}

} // namespace central_oauth::cli
