// SPDX-License-Identifier: Apache-2.0
// The world of one journey's examples: a daemon, the simulator, and a shell that keeps its variables.
#pragma once

#include "../support/ServiceUnderTest.h"
#include "Markdown.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace central_oauth::test {

/// Runs the blocks of a page, in their order, as a reader does who copies them.
///
/// Kinds of block:
///
///     sh     run by `sh -eu` in a folder of its own; variables last until the next sh block. Must succeed.
///     json   the answer that the sh block above printed, compared by the rules of differences(), with the
///            status at the end of the line above; also checked against docs/openapi.json.
///     text   the output of the sh block above; … stands for one or more characters
///
/// In sh, "http://127.0.0.1:8080" stands for the daemon's address and "cok_…" for the client key that was
/// made last. A sh block with any other … fails, because nobody can copy it. In answers
/// "https://api.atlassian.com" stands for the simulator.
///
/// Marks (`<!-- test: MARK -->`) add what the page does not show:
///
///     run as operator: WHY             the next sh block has the daemon's settings, and no daemon runs
///     save as: NAME                    the next sh block is saved as a file of that name, and is not run
///     not run: WHY                     the next block is neither run nor compared
///     person links: PROVIDER           links an account: approves it in the browser and upstream
///     person approves: FILE            approves the link in that JSON file, in the browser and upstream
///     person removes the app upstream  revokes every grant
///     access tokens end upstream       before their time; the daemon does not know
///     an hour passes                   on all clocks
///     upstream is away once            the next token request gets 503
///     has paused                       the sh block above must have slept
///
/// Not thread-safe. Errors: std::runtime_error that begins with the line of the page.
class ExampleWorld {
public:
    ExampleWorld();
    ~ExampleWorld();

    void take(const MarkdownPart& part);

private:
    void addProgram(const std::string& name, const std::string& script) const;
    void takeMark(const MarkdownPart& mark);
    void takeBlock(const MarkdownPart& block);
    void run(const MarkdownPart& block);
    void runAsOperator(const MarkdownPart& block);
    void save(const MarkdownPart& block, const std::string& name) const;
    void takeAnswer(const MarkdownPart& block);
    void compareJson(const MarkdownPart& block) const;
    void compareText(const MarkdownPart& block) const;

    void approve(const std::string& file) const;
    void advanceUpstream(int seconds) const;

    [[nodiscard]] Finished shell(const std::string& script, const ChildProcess::Environment& more) const;
    [[nodiscard]] std::string copied(const MarkdownPart& block) const;
    [[nodiscard]] std::string pending(const std::string& mark);
    [[nodiscard]] std::filesystem::path work() const { return _folder.path() / "work"; }

    TemporaryFolder _folder;
    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
    std::string _key;
    std::map<std::string, std::string>
        _pending;             ///< marks for the next block, with the text after their colons
    std::string _printed;     ///< output of the last sh block
    bool _hasPrinted = false; ///< true until a block is compared with that output
};

} // namespace central_oauth::test
