// SPDX-License-Identifier: Apache-2.0
// The progress line, which needs only a carriage return and blanks; colours; questions.
#include "central_oauth/cli/Terminal.h"

#include "central_oauth/base/Utf8.h"
#include "central_oauth/cli/Failure.h"
#include "central_oauth/cli/PrintableText.h"
#include "central_oauth/platform/Console.h"
#include "central_oauth/platform/StandardStreams.h"

#include <Poco/Environment.h>

namespace central_oauth::cli {

namespace {

// https://no-color.org/: set to any value.
bool refusesColours() {
    return !Poco::Environment::get("NO_COLOR", "").empty();
}

} // namespace

std::ostream& Terminal::messages() {
    clearProgress();
    return _messages;
}

void Terminal::warn(const std::vector<std::string>& sentences) {
    for (const auto& sentence : sentences)
        messages() << "warning: " << sentence << std::endl;
}

std::string Terminal::styled(Style style, const std::string& text) const {
    if (!_traits.coloured)
        return text;
    // ECMA-48 section 8.3.117 (select graphic rendition): bold, bold green, bold red.
    const char* code = style == Style::strong ? "\x1b[1m"
                       : style == Style::good ? "\x1b[1;32m"
                                              : "\x1b[1;31m";
    return code + text + "\x1b[0m";
}

std::optional<std::string> Terminal::ask(const std::string& question, bool hidden) {
    const auto show = [&] { messages() << question << std::flush; };
    try {
        std::optional<std::string> line = _readLine ? _readLine(hidden, show) : std::nullopt;
        if (hidden || !line)
            _messages << std::endl; // the typed line end was not shown, or there was none
        return line;
    } catch (const Interrupted&) {
        _messages << std::endl;
        throw;
    }
}

std::optional<std::string> Terminal::readLine() {
    return _readLine ? _readLine(false, [] {}) : std::nullopt;
}

void Terminal::progress(const std::string& line) {
    if (!_traits.interactive) {
        if (!_announced)
            _messages << line << std::endl;
        _announced = true;
        return;
    }
    // A line that wraps can't be rewritten.
    const std::string shown = printable(line, _traits.columns > 4 ? _traits.columns - 1 : 3);
    const std::size_t length = base::countCodePoints(shown);
    _messages << '\r' << shown << std::string(_shown > length ? _shown - length : 0, ' ') << std::flush;
    _shown = length;
}

void Terminal::clearProgress() {
    if (_shown > 0)
        _messages << '\r' << std::string(_shown, ' ') << '\r' << std::flush;
    _shown = 0;
}

Terminal::Traits prepareTerminal() {
    const auto display = platform::prepareConsole();
    Terminal::Traits traits;
    traits.interactive = display.isRewritable;
    traits.coloured = display.hasColours && !refusesColours();
    traits.columns = display.columns.value_or(traits.columns);
    traits.typed = platform::isTerminal(platform::StandardStream::input);
    traits.answers = traits.typed && platform::isTerminal(platform::StandardStream::error);
    return traits;
}

} // namespace central_oauth::cli
