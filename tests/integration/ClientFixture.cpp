// SPDX-License-Identifier: Apache-2.0
#include "ClientFixture.h"

#include <algorithm>
#include <cppunit/TestAssert.h>
#include <fstream>
#include <sstream>

namespace central_oauth::test {

void ClientFixture::setUp() {
    DaemonFixture::setUp();
    _secrets = {_service->key()};
}

ClientFixture::Login ClientFixture::startLogin(const Arguments& arguments) const {
    return startLogin(arguments, clientEnvironment());
}

ClientFixture::Login ClientFixture::startLogin(const Arguments& arguments,
                                               const Environment& environment) const {
    Login login;
    login.process = std::make_unique<ChildProcess>(programPath("central-oauth"), arguments, environment);
    const auto code = login.process->waitForErrorLine("code: ");
    login.link.code = code.substr(code.find("code: ") + 6);
    login.link.url = login.process->waitForErrorLine("/link/");
    return login;
}

Finished ClientFixture::end(const Login& login) const {
    const int code = login.process->wait();
    Finished finished{code, login.process->standardOutput(), login.process->standardError()};
    expectPlain(finished.output);
    expectPlain(finished.errors);
    expectNoSecrets(finished.output);
    expectNoSecrets(finished.errors);
    return finished;
}

void ClientFixture::approve(const TestLink& link) const {
    WebBrowser browser;
    const auto done = ServiceUnderTest::consent(browser, _service->approve(browser, link));
    CPPUNIT_ASSERT_EQUAL(200, done.status);
}

Finished ClientFixture::run(const Arguments& arguments) const {
    return run(arguments, clientEnvironment());
}

Finished ClientFixture::run(const Arguments& arguments, const Environment& environment) const {
    auto finished = runToEnd(programPath("central-oauth"), arguments, environment);
    expectPlain(finished.output);
    expectPlain(finished.errors);
    expectNoSecrets(finished.errors);
    if (arguments.empty() || arguments.front() != "token")
        expectNoSecrets(finished.output);
    return finished;
}

Finished ClientFixture::runWithInput(const Arguments& arguments, const Environment& environment,
                                     const std::string& input) const {
    const auto file = inHome("input");
    writeFile(file, input);
    Arguments words{"-c", R"(file=$1; shift; cat "$file" | "$@")", "sh", file.string(),
                    programPath("central-oauth").string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    auto finished = runToEnd("/bin/sh", words, environment);
    std::filesystem::remove(file);
    expectPlain(finished.output);
    expectPlain(finished.errors);
    expectNoSecrets(finished.errors);
    return finished;
}

Finished ClientFixture::shell(const std::string& script, const Environment& environment) const {
    const auto path = "PATH='" + programPath("").string() + "':$PATH\nexport PATH\n";
    return runToEnd("/bin/sh", {"-euc", path + script}, environment);
}

std::unique_ptr<PseudoTerminal> ClientFixture::onTerminal(const Arguments& arguments,
                                                          const TerminalSetup& setup) const {
    return onTerminal(arguments, clientEnvironment(), setup);
}

std::unique_ptr<PseudoTerminal> ClientFixture::onTerminal(const Arguments& arguments,
                                                          const Environment& environment,
                                                          const TerminalSetup& setup) const {
    return std::make_unique<PseudoTerminal>(programPath("central-oauth"), arguments, environment, setup);
}

TestLink ClientFixture::linkOn(const std::string& screen) {
    TestLink link;
    const std::string shape = "0000-0000-0000";
    const auto isShape = [&](std::size_t at) {
        return std::equal(
            shape.begin(), shape.end(), screen.begin() + static_cast<std::ptrdiff_t>(at),
            [](char wanted, char c) { return wanted == '-' ? c == '-' : c >= '0' && c <= '9'; });
    };
    for (std::size_t at = 0; link.code.empty() && at + shape.size() <= screen.size(); ++at) {
        if (isShape(at))
            link.code = screen.substr(at, shape.size());
    }
    const auto path = screen.find("/link/");
    const auto begin = path == std::string::npos ? path : screen.rfind("http", path);
    CPPUNIT_ASSERT_MESSAGE("no code and URL in: " + screen, !link.code.empty() && begin != std::string::npos);
    const auto isOfUrl = [](char c) { return c > ' ' && c < 0x7f; };
    auto last = begin;
    while (last < screen.size() && isOfUrl(screen[last]))
        ++last;
    link.url = screen.substr(begin, last - begin);
    return link;
}

void ClientFixture::expectNoSecrets(const std::string& text) const {
    for (const auto& secret : _secrets)
        CPPUNIT_ASSERT_MESSAGE("a secret was printed", text.find(secret) == std::string::npos);
    CPPUNIT_ASSERT_MESSAGE("a link secret was printed", text.find("cos_") == std::string::npos);
}

void ClientFixture::expectPlain(const std::string& text) {
    const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == '\x7f';
    });
    CPPUNIT_ASSERT_MESSAGE("a control character was printed", plain);
    CPPUNIT_ASSERT_MESSAGE("a text direction was printed", text.find("\u202e") == std::string::npos);
}

void ClientFixture::expectText(const std::string& text, const std::string& part) {
    CPPUNIT_ASSERT_MESSAGE("no \"" + part + "\" in: " + text, text.find(part) != std::string::npos);
}

void ClientFixture::expectNoText(const std::string& text, const std::string& part) {
    CPPUNIT_ASSERT_MESSAGE("\"" + part + "\" in: " + text, text.find(part) == std::string::npos);
}

void ClientFixture::expectFailure(int code, const Finished& finished, const std::string& output) {
    CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, code, finished.exitCode);
    CPPUNIT_ASSERT_EQUAL(output, finished.output);
    expectText(finished.errors, "central-oauth: ");
    expectText(finished.errors, "\n  next: ");
}

std::string ClientFixture::accountOf(const Finished& login) {
    CPPUNIT_ASSERT_EQUAL_MESSAGE(login.errors, std::string("acc_"), login.output.substr(0, 4));
    CPPUNIT_ASSERT_EQUAL(login.output.size() - 1, login.output.find('\n'));
    return login.output.substr(0, login.output.size() - 1);
}

HttpAnswer ClientFixture::linkWithTokenOf(int seconds, const std::string& body) {
    auto linked = _service->linkAccount(body);
    CPPUNIT_ASSERT_EQUAL(200, linked.status);
    _service->passTime(linked.json()->getValue<int>("expires_in") - seconds);
    _secrets.insert(linked.text("access_token"));
    return linked;
}

void ClientFixture::writeFile(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
}

std::string ClientFixture::contentOf(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

} // namespace central_oauth::test
