// SPDX-License-Identifier: Apache-2.0
#include "Markdown.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace central_oauth::test {

namespace {

constexpr std::string_view fence = "```";
constexpr std::string_view markBegin = "<!-- test: ";
constexpr std::string_view markEnd = " -->";

// GitHub's rule: lower case, spaces become dashes, and of the other characters only letters, digits, '-' and
// '_' stay. A repeated heading gets a number.
std::string anchorOf(const std::string& heading, const std::vector<std::string>& others) {
    std::string anchor;
    for (const char c : heading) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == ' ')
            anchor += '-';
        else if (std::isalnum(byte) != 0 || c == '-' || c == '_' || byte >= 0x80)
            anchor += static_cast<char>(std::tolower(byte));
    }
    auto unique = anchor;
    for (int count = 1; std::find(others.begin(), others.end(), unique) != others.end(); ++count)
        unique = anchor + "-" + std::to_string(count);
    return unique;
}

// Returns the status of a line that ends like "201:".
int statusAtTheEnd(const std::string& line) {
    if (line.size() < 4 || line.back() != ':')
        return 0;
    const auto digits = line.substr(line.size() - 4, 3);
    const bool isNumber =
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool isAlone = line.size() == 4 || line[line.size() - 5] == ' ';
    return isNumber && isAlone ? std::stoi(digits) : 0;
}

class Reader {
public:
    MarkdownPage read(const std::string& text) {
        _page.text = text;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            ++_number;
            take(line);
        }
        if (_inBlock)
            throw std::runtime_error("line " + std::to_string(_page.parts.back().line) +
                                     ": block without end");
        return std::move(_page);
    }

private:
    void take(const std::string& line) {
        if (line.rfind(fence, 0) == 0)
            takeFence(line);
        else if (_inBlock)
            _page.parts.back().text += line + "\n";
        else if (line.rfind(markBegin, 0) == 0 && line.size() > markBegin.size() + markEnd.size())
            _page.parts.push_back(
                {MarkdownPart::Kind::mark,
                 _number,
                 {},
                 line.substr(markBegin.size(), line.size() - markBegin.size() - markEnd.size()),
                 0});
        else
            takeText(line);
    }

    void takeFence(const std::string& line) {
        if (!_inBlock)
            _page.parts.push_back({MarkdownPart::Kind::block,
                                   _number,
                                   line.substr(fence.size()),
                                   {},
                                   statusAtTheEnd(_lastText)});
        _inBlock = !_inBlock;
        _lastText.clear();
    }

    void takeText(const std::string& line) {
        if (line.empty())
            return;
        _lastText = line;
        takeLinks(line);
        const auto hashes = line.find_first_not_of('#');
        if (hashes == 0 || hashes == std::string::npos || line[hashes] != ' ')
            return;
        _page.anchors.push_back(anchorOf(line.substr(hashes + 1), _page.anchors));
    }

    void takeLinks(const std::string& line) {
        for (auto at = line.find("]("); at != std::string::npos; at = line.find("](", at + 1)) {
            const auto end = line.find(')', at);
            if (end != std::string::npos)
                _page.links.push_back(line.substr(at + 2, end - at - 2));
        }
    }

    MarkdownPage _page;
    int _number = 0;
    bool _inBlock = false;
    std::string _lastText;
};

} // namespace

MarkdownPage MarkdownPage::read(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream)
        throw std::runtime_error("can't read " + file.string());
    std::ostringstream text;
    text << stream.rdbuf();
    return parse(text.str());
}

MarkdownPage MarkdownPage::parse(const std::string& text) {
    return Reader().read(text);
}

} // namespace central_oauth::test
