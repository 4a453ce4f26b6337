// SPDX-License-Identifier: Apache-2.0
// A real Chromium without a screen, driven by WebDriver: what a person sees and does.
#pragma once

#include "ServiceUnderTest.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

namespace central_oauth::test {

/// What the driver refused. `code` is WebDriver's name of it, such as "no such element".
class WebDriverError : public std::runtime_error {
public:
    WebDriverError(std::string code, const std::string& message)
        : std::runtime_error(code + ": " + message), _code(std::move(code)) {}
    [[nodiscard]] const std::string& code() const noexcept { return _code; }

private:
    std::string _code;
};

/// Debian's chromedriver in its own process, with a home of its own.
///
/// It dies with this process, even if that is killed, and every browser dies with it.
/// Threads: one, which has to live as long as the object.
/// Errors: std::runtime_error that names the packages if they are missing.
class WebDriver {
public:
    WebDriver();

    [[nodiscard]] const std::string& url() const noexcept { return _url; }
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return _home.path(); }

private:
    TemporaryFolder _home;
    std::unique_ptr<ChildProcess> _process;
    std::string _url;
};

/// How wide and high a window is, in CSS pixels.
struct WindowSize {
    int width = 1280;
    int height = 900;
};

/// One browser with a profile of its own: no cookie is shared with another one. It fetches no images.
///
/// Functions that name an element by a CSS selector wait until it is there, and take the first.
/// Threads: one. Errors: WebDriverError; std::runtime_error if what is waited for does not come.
class BrowserSession {
public:
    static constexpr std::chrono::seconds patience{15};

    explicit BrowserSession(const WebDriver& driver);
    ~BrowserSession();
    BrowserSession(const BrowserSession&) = delete;
    BrowserSession& operator=(const BrowserSession&) = delete;

    void open(const std::string& url);
    void back();
    void reload();
    [[nodiscard]] std::string url();
    [[nodiscard]] std::string title();
    /// The HTTP status of the page that is shown; 0 where there is none.
    [[nodiscard]] int status();

    /// Waits until the address holds `part`.
    void waitForUrl(const std::string& part);
    void waitFor(const std::string& selector);
    /// Waits until something is true; `what` is for the error.
    void waitUntil(const std::string& what, const std::function<bool()>& isTrue);

    [[nodiscard]] std::size_t count(const std::string& selector);
    /// What a person can read of the element.
    [[nodiscard]] std::string text(const std::string& selector);
    [[nodiscard]] std::vector<std::string> texts(const std::string& selector);
    /// Empty if there is none.
    [[nodiscard]] std::string attribute(const std::string& selector, const std::string& name);
    [[nodiscard]] std::string property(const std::string& selector, const std::string& name);

    /// Clicks; what the click loads is there when the next call begins.
    void click(const std::string& selector);
    /// Empties a field and types into it.
    void type(const std::string& selector, const std::string& text);
    /// Presses keys, one after the other, on whatever has the focus; each in UTF-8.
    void press(const std::vector<std::string>& keys);

    /// Runs a script of the test in the page, whatever the page's policy says; what it returns.
    Poco::Dynamic::Var run(const std::string& script,
                           const Poco::JSON::Array& arguments = Poco::JSON::Array());

    /// Opens another tab of the same browser and goes there; its handle.
    std::string newTab();
    [[nodiscard]] std::string tab();
    void switchTo(const std::string& tab);
    void closeTab();

    /// Whether the page that is shown has a cookie whose name begins so.
    [[nodiscard]] bool hasCookie(const std::string& prefix);
    /// Forgets the cookies of all hosts.
    void forgetCookies();

    void resize(const WindowSize& size);
    /// "light" or "dark", as the person's system asks for.
    void preferColours(const std::string& scheme);
    /// The whole page as a PNG, at the size that is set.
    void savePicture(const std::filesystem::path& file);

    /// A command of Chromium's own debugging protocol.
    Poco::Dynamic::Var debug(const std::string& command,
                             const Poco::JSON::Object& parameters = Poco::JSON::Object());

private:
    Poco::Dynamic::Var call(const std::string& method, const std::string& path,
                            const Poco::JSON::Object& body = Poco::JSON::Object());
    void beginTab();
    [[nodiscard]] std::string shownText();
    [[nodiscard]] std::vector<std::string> find(const std::string& selector);
    Poco::Dynamic::Var onElement(const std::string& selector,
                                 const std::function<Poco::Dynamic::Var(const std::string&)>& act);

    TemporaryFolder _profile;
    std::string _driver;
    std::string _session; ///< URL of the session's commands
};

namespace key {
inline const std::string tab = "\xEE\x80\x84";
inline const std::string enter = "\xEE\x80\x87";
inline const std::string down = "\xEE\x80\x95";
inline const std::string space = " ";
} // namespace key

} // namespace central_oauth::test
