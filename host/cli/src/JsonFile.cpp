// SPDX-License-Identifier: Apache-2.0
// Poco's parser, with the line of a fault, which Poco does not report.
#include "JsonFile.h"

#include "PrivateFile.h"
#include "central_oauth/cli/Failure.h"
#include "central_oauth/cli/PrintableText.h"

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string_view>

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>

namespace central_oauth::cli {

namespace {

constexpr std::size_t deepestFile = 8;

Poco::Dynamic::Var parse(const std::string& text) {
    Poco::JSON::Parser parser;
    parser.setDepth(deepestFile);
    return parser.parse(text);
}

std::string faultOf(const std::string& text) {
    try {
        static_cast<void>(parse(text));
    } catch (const Poco::Exception& error) {
        return error.message();
    }
    return {};
}

// Returns the line of a fault. The parser stops at the fault, so every prefix of the text that includes it
// fails in the same way.
std::ptrdiff_t faultyLine(const std::string& text, const std::string& fault) {
    std::string beginning = text;
    while (true) {
        const std::size_t end = beginning.find_last_of('\n');
        if (end == std::string::npos || faultOf(beginning.substr(0, end)) != fault)
            break;
        beginning.resize(end);
    }
    return 1 + std::count(beginning.begin(), beginning.end(), '\n');
}

Failure wrongFile(const std::filesystem::path& path, const std::string& fault) {
    return Failure(ExitCode::usage, shownPath(path) + ' ' + fault,
                   "correct the file, or remove it and set it anew with: central-oauth config set");
}

} // namespace

JsonFile readJsonFile(const std::filesystem::path& path) {
    const std::optional<OwnFile> file = readOwnFile(path);
    if (!file)
        return {};
    std::string_view content = file->content.reveal();
    if (content.starts_with("\xFF\xFE") || content.starts_with("\xFE\xFF"))
        throw wrongFile(path, "is not UTF-8 but UTF-16");
    // Editors on Windows put a byte order mark in front. RFC 8259 section 8.1 lets a parser ignore it.
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    content.remove_prefix(content.starts_with(mark) ? mark.size() : 0);
    const std::string text(content);
    // The parser has no clear message for a value that is neither object nor list.
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first != std::string::npos && text[first] != '{')
        throw wrongFile(path, "is not a JSON object");
    try {
        return {parse(text).extract<Poco::JSON::Object::Ptr>(), file->isShared, file->warnings};
    } catch (const Poco::Exception& error) {
        throw wrongFile(path, "is no JSON: line " + std::to_string(faultyLine(text, error.message())) + ": " +
                                  printable(error.message()));
    }
}

void writeJsonFile(const std::filesystem::path& path, const Poco::JSON::Object& object) {
    static_cast<void>(judgeFolders(path)); // also where there is no file yet
    std::ostringstream text;
    object.stringify(text, 2);
    text << '\n';
    replacePrivateFile(path, provider::Secret(text.str()));
}

} // namespace central_oauth::cli
