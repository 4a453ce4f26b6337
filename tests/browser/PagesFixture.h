// SPDX-License-Identifier: Apache-2.0
// A person with a real browser, the daemon and the upstream simulator, and the client that polls.
#pragma once

#include "../support/WebDriver.h"

#include <cppunit/TestFixture.h>
#include <memory>
#include <string>
#include <vector>

namespace central_oauth::test {

/// A daemon and a simulator for each test; browsers for the whole run, without cookies at each test's begin.
///
/// The simulator is reached as "localhost", the daemon as "127.0.0.1": two sites to a browser, so that its
/// rules for cookies, forms and redirects between sites apply. Steps assert that they come where they should.
class PagesFixture : public CppUnit::TestFixture {
public:
    void setUp() override;
    void tearDown() override;

    [[nodiscard]] static BrowserSession& firstBrowser();
    /// Another one, or another person.
    [[nodiscard]] static BrowserSession& secondBrowser();

protected:
    [[nodiscard]] BrowserSession& browser() const { return firstBrowser(); }
    [[nodiscard]] ServiceUnderTest& service() const { return *_service; }
    [[nodiscard]] Simulator& simulator() const { return *_simulator; }

    /// Starts the daemon anew with further settings.
    void restartWith(const ChildProcess::Environment& settings);
    /// Gives the person ada three sites that the client did not choose from.
    void giveThreeSites() const;

    [[nodiscard]] TestLink newLink(const std::string& body = R"({"provider":"jira"})") const;
    [[nodiscard]] std::string urlOf(const std::string& page, const TestLink& link) const;

    /// Opens the link's address; the approval page.
    void openLink(const TestLink& link) const;
    /// Types digits there and presses the button.
    void enterCode(const std::string& code) const;
    /// Types the link's own; the page that leads upstream.
    void approve(const TestLink& link) const;
    /// Opens, approves, and moves on; upstream's consent page, or its error page.
    void goUpstream(const TestLink& link) const;
    /// From the page that leads upstream, by its link.
    void followUpstream() const;
    /// On upstream's consent page.
    void accept() const;
    void cancelUpstream() const;
    /// All of it, to the done page.
    void linkUp(const TestLink& link) const;

    /// Asserts that the heading that a person sees holds the words, without case.
    void expectHeading(const std::string& words) const;
    /// Asserts that the page's text holds the words, without case.
    void expectWords(const std::string& words) const;
    void expectNoWords(const std::string& words) const;
    [[nodiscard]] std::string pageText() const;

    /// What the client's poll answers. The clock goes on by six seconds, so that the next one is not too
    /// soon.
    [[nodiscard]] HttpAnswer poll(const TestLink& link) const;
    void expectPending(const TestLink& link) const;
    void expectEnded(const TestLink& link, const std::string& reason) const;
    /// The token payload.
    HttpAnswer expectLinked(const TestLink& link) const;
    /// Whose account a token payload is.
    [[nodiscard]] static std::string personOf(const HttpAnswer& payload) {
        return payload.json()->getObject("upstream")->getValue<std::string>("display_name");
    }

private:
    [[nodiscard]] std::string textOnceItHolds(const std::string& selector, const std::string& words) const;

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
};

/// The page's heading when it says that a program is connected.
inline const std::string doneHeading = "connected";

} // namespace central_oauth::test
