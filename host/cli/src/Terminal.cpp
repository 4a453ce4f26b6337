// SPDX-License-Identifier: Apache-2.0
// The progress line, with nothing but a carriage return and blanks.
#include "central_oauth/cli/Terminal.h"

#include "central_oauth/cli/PrintableText.h"

namespace central_oauth::cli {

std::ostream& Terminal::messages() {
    clearProgress();
    return _messages;
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
    const std::size_t length = characterCount(shown);
    _messages << '\r' << shown << std::string(_shown > length ? _shown - length : 0, ' ') << std::flush;
    _shown = length;
}

void Terminal::clearProgress() {
    if (_shown > 0)
        _messages << '\r' << std::string(_shown, ' ') << '\r' << std::flush;
    _shown = 0;
}

} // namespace central_oauth::cli
