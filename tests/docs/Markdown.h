// SPDX-License-Identifier: Apache-2.0
// A page of the documentation as its tests read it: fenced blocks, marks for the test, headings and links.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace central_oauth::test {

/// A part of a page that matters to a test.
struct MarkdownPart {
    enum class Kind {
        block, ///< a fenced block
        mark,  ///< `<!-- test: … -->`, which readers of the rendered page do not see
    };

    Kind kind = Kind::block;
    int line = 0;         ///< its first line, from 1
    std::string language; ///< of a block
    std::string text;     ///< of a block, with every line end; of a mark, the text after "test:"
    int status = 0;       ///< of a block: NNN if the last line of text above it ends with "NNN:", else 0
};

/// One page of the documentation.
///
/// Errors: std::runtime_error for an unreadable page, or a block without an end.
struct MarkdownPage {
    std::string text; ///< the whole page
    std::vector<MarkdownPart> parts;
    std::vector<std::string> anchors; ///< of its headings, as GitHub makes them
    std::vector<std::string> links;   ///< targets of its links, in the order of the page

    [[nodiscard]] static MarkdownPage read(const std::filesystem::path& file);
    [[nodiscard]] static MarkdownPage parse(const std::string& text);
};

} // namespace central_oauth::test
