// SPDX-License-Identifier: Apache-2.0
#include "ExampleWorld.h"

#include "../support/ApiWatch.h"
#include "AnswerMatch.h"
#include "ExchangeLog.h"

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/String.h>

namespace central_oauth::test {

namespace {

const std::string documentedUrl = "http://127.0.0.1:8080";
const std::string documentedUpstream = "https://api.atlassian.com";
const std::string documentedKey = "cok_…";

std::string contentOf(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

void writeFile(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file) << text;
}

[[noreturn]] void fail(const MarkdownPart& part, const std::string& what) {
    throw std::runtime_error("line " + std::to_string(part.line) + ": " + what);
}

} // namespace

ExampleWorld::ExampleWorld()
    : _simulator(std::make_unique<Simulator>()),
      _service(std::make_unique<ServiceUnderTest>(*_simulator)),
      _key(_service->key()) {
    const auto programs = _folder.path() / "bin";
    std::filesystem::create_directories(programs);
    std::filesystem::create_directories(work());
    // The reader's programs, in wrappers that record their work for the test.
    addProgram("curl", "exec curl -v --stderr '" + (_folder.path() / "curl.log").string() + "' \"$@\"");
    addProgram("sleep", "echo \"$1\" >>'" + (_folder.path() / "sleep.log").string() + "'\nexec sleep \"$1\"");
    std::filesystem::create_symlink(programPath("central-oauthd"), programs / "central-oauthd");
    std::filesystem::create_symlink(programPath("central-oauth"), programs / "central-oauth");
}

ExampleWorld::~ExampleWorld() = default;

void ExampleWorld::addProgram(const std::string& name, const std::string& script) const {
    const auto file = _folder.path() / "bin" / name;
    writeFile(file, "#!/bin/sh\nPATH=/usr/bin:/bin\n" + script + "\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
}

void ExampleWorld::take(const MarkdownPart& part) {
    try {
        if (part.kind == MarkdownPart::Kind::mark)
            takeMark(part);
        else
            takeBlock(part);
    } catch (const std::exception& failure) {
        const std::string what = withoutCredentials(failure.what());
        if (what.rfind("line ", 0) == 0)
            throw std::runtime_error(what);
        fail(part, what);
    }
}

void ExampleWorld::takeMark(const MarkdownPart& mark) {
    const auto colon = mark.text.find(": ");
    const auto name = mark.text.substr(0, colon);
    const auto value = colon == std::string::npos ? std::string() : mark.text.substr(colon + 2);
    static const std::set<std::string> forTheNextBlock{"run as operator", "save as", "not run"};
    if (forTheNextBlock.count(name) > 0) {
        if (value.empty() || !_pending.empty())
            fail(mark, "needs a word after its colon, and a block of its own");
        _pending[name] = value;
    } else if (name == "person links")
        (void)_service->linkAccount(R"({"provider":")" + value + "\"}");
    else if (name == "person approves")
        approve(value);
    else if (name == "person removes the app upstream")
        (void)_simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
    else if (name == "access tokens end upstream")
        advanceUpstream(3601);
    else if (name == "an hour passes") {
        _service->advanceClock(3600);
        advanceUpstream(3600);
    } else if (name == "upstream is away once")
        (void)_simulator->control("POST", "faults", R"({"target":"token","kind":"status","status":503})");
    else if (name == "has paused") {
        if (std::atoi(contentOf(_folder.path() / "sleep.log").c_str()) < 1)
            fail(mark, "the example above has not paused for a second or more");
    } else
        fail(mark, "there is no mark \"" + mark.text + "\"");
}

void ExampleWorld::takeBlock(const MarkdownPart& block) {
    if (!pending("not run").empty())
        return;
    if (block.language == "sh") {
        const auto name = pending("save as");
        if (!name.empty())
            save(block, name);
        else if (!pending("run as operator").empty())
            runAsOperator(block);
        else
            run(block);
    } else if (block.language == "json" || block.language == "text")
        takeAnswer(block);
    else
        fail(block, "neither sh nor json nor text, and not exempt");
    if (!_pending.empty())
        fail(block, "\"" + _pending.begin()->first + "\" does not go with " + block.language);
}

std::string ExampleWorld::pending(const std::string& mark) {
    const auto found = _pending.find(mark);
    if (found == _pending.end())
        return {};
    auto value = found->second;
    _pending.erase(found);
    return value;
}

std::string ExampleWorld::copied(const MarkdownPart& block) const {
    auto text = Poco::replace(block.text, documentedUrl, _service->url());
    text = Poco::replace(text, documentedKey, _key);
    if (text.find("…") != std::string::npos)
        fail(block, "has something left out, so nobody can copy it");
    return text;
}

Finished ExampleWorld::shell(const std::string& script, const ChildProcess::Environment& more) const {
    const auto file = _folder.path() / "block.sh";
    writeFile(file, "cd '" + work().string() + "'\nPATH='" + (_folder.path() / "bin").string() +
                        "':/usr/bin:/bin\nexport PATH\n" + script);
    writeFile(_folder.path() / "curl.log", "");
    writeFile(_folder.path() / "sleep.log", "");
    ChildProcess::Environment environment{{"HOME", work().string()}, {"LC_ALL", "C.UTF-8"}};
    environment.insert(more.begin(), more.end());
    return runToEnd("/bin/sh", {"-eu", file.string()}, environment, std::chrono::seconds(90));
}

void ExampleWorld::run(const MarkdownPart& block) {
    // The state of a shell without functions: its variables, and which of them are exported.
    const auto variables = "'" + (_folder.path() / "variables").string() + "'";
    const auto ended = shell("[ ! -f " + variables + " ] || . " + variables + "\n" + copied(block) +
                                 "{ set; export -p; } >" + variables + "\n",
                             {});
    if (ended.exitCode != 0)
        fail(block, "ends with status " + std::to_string(ended.exitCode) + "\n" + ended.output +
                        ended.errors + complaintsOfCurl(contentOf(_folder.path() / "curl.log")));
    _printed = ended.output;
    _hasPrinted = true;
}

void ExampleWorld::runAsOperator(const MarkdownPart& block) {
    const auto address = _service->url().substr(std::string("http://").size());
    const auto code = _service->stop();
    if (code != 0)
        fail(block, "the daemon ended with status " + std::to_string(code));
    const auto ended = shell(copied(block), _service->environment);
    _service->environment["CENTRAL_OAUTH_BIND"] = address;
    _service->start();
    if (ended.exitCode != 0)
        fail(block, "ends with status " + std::to_string(ended.exitCode) + "\n" + ended.errors);
    const auto key = ended.output.find("cok_");
    if (key != std::string::npos)
        _key = ended.output.substr(key, ended.output.find('\n', key) - key);
    _printed = ended.output;
    _hasPrinted = true;
}

void ExampleWorld::save(const MarkdownPart& block, const std::string& name) const {
    writeFile(work() / name, copied(block));
}

void ExampleWorld::takeAnswer(const MarkdownPart& block) {
    if (!_hasPrinted)
        fail(block, "there is no example above it whose answer this could be");
    _hasPrinted = false;
    if (block.language == "json")
        compareJson(block);
    else
        compareText(block);
}

void ExampleWorld::compareJson(const MarkdownPart& block) const {
    const auto exchange = lastExchange(contentOf(_folder.path() / "curl.log"));
    if (!exchange)
        fail(block, "there is no answer");
    if (block.status == 0)
        fail(block, "the line above it has to end with the status, such as \"200:\"");
    auto documented = Poco::replace(block.text, documentedUrl, _service->url());
    documented = Poco::replace(documented, documentedUpstream, _simulator->url());
    std::string found;
    if (block.status != exchange->answer.status)
        found = "\n  status: documented " + std::to_string(block.status) + ", answered " +
                std::to_string(exchange->answer.status) + ": " + _printed;
    else {
        for (const auto& difference : differences(documented, _printed))
            found += "\n  " + difference;
    }
    if (!found.empty())
        fail(block, "is not the answer" + found);
    // `exchange` makes this check for the tests' own calls.
    auto answer = exchange->answer;
    answer.body = _printed;
    checkApiAnswer(exchange->call, answer);
}

void ExampleWorld::compareText(const MarkdownPart& block) const {
    if (!fits(Poco::replace(block.text, documentedUrl, _service->url()), _printed))
        fail(block, "is not what was printed:\n" + _printed);
}

void ExampleWorld::approve(const std::string& file) const {
    const auto link = Poco::JSON::Parser().parse(contentOf(work() / file)).extract<Poco::JSON::Object::Ptr>();
    WebBrowser browser;
    const auto moving = _service->approve(browser, {link->getValue<std::string>("link_id"),
                                                    link->getValue<std::string>("link_code"),
                                                    link->getValue<std::string>("verification_url"),
                                                    {}});
    const auto done = ServiceUnderTest::consent(browser, moving);
    if (done.status != 200)
        throw std::runtime_error("the link ended with status " + std::to_string(done.status));
}

void ExampleWorld::advanceUpstream(int seconds) const {
    (void)_simulator->control("POST", "clock", R"({"advance_s":)" + std::to_string(seconds) + "}");
}

} // namespace central_oauth::test
