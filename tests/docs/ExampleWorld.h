// SPDX-License-Identifier: Apache-2.0
// Where the examples of one journey run: a daemon, the simulator, and a shell that keeps its variables.
#pragma once

#include "../support/ServiceUnderTest.h"
#include "Markdown.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace central_oauth::test {

/// Runs the blocks of a page, in their order, as a reader would who copies them.
///
/// What each block is:
///
///     sh     run by `sh -eu` in a folder of its own; variables live on into the next one. It has to succeed.
///     json   the answer to the sh block above: what that one has printed, alike by the rules of
///     differences(),
///            and the status that the line above it ends with. Also held against docs/openapi.json.
///     text   what the sh block above has printed, … standing for something
///
/// In sh, "http://127.0.0.1:8080" stands for the daemon's address and "cok_…" for the client key that was
/// made last; a sh block with any other … could not be copied and fails. In answers
/// "https://api.atlassian.com" stands for the simulator.
///
/// Marks (`<!-- test: MARK -->`) say what a test has to do beyond it:
///
///     run as operator: WHY             the next sh block has the daemon's settings, and no daemon runs
///     save as: NAME                    the next sh block is a file of that name, and is not run
///     not run: WHY                     the next block stands for itself
///     person links: PROVIDER           an account is linked; it is approved in the browser and upstream
///     person approves: FILE            the link in that JSON file, in the browser and upstream
///     person removes the app upstream  every grant ends
///     access tokens end upstream       before their time; the daemon does not know
///     an hour passes                   for everybody
///     upstream is away once            its next token answer is 503
///     has paused                       the sh block above has slept
///
/// Threads: one. Errors: std::runtime_error that begins with the line of the page.
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
    std::map<std::string, std::string> _pending; ///< marks for the next block, and what follows their colons
    std::string _printed;                        ///< by the last sh block
    bool _hasPrinted = false;                    ///< whether no block has been compared with that yet
};

} // namespace central_oauth::test
