// SPDX-License-Identifier: Apache-2.0
// WebDriver (W3C) over HTTP, and the processes behind it. POSIX, Debian's paths.
#include "WebDriver.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

#include <Poco/Base64Decoder.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>
#include <Poco/StreamCopier.h>

namespace central_oauth::test {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

const std::filesystem::path browserProgram = "/usr/bin/chromium";
const std::filesystem::path driverProgram = "/usr/bin/chromedriver";
// From util-linux: ends the driver when the process that started it dies, however it dies.
const std::filesystem::path guardProgram = "/usr/bin/setpriv";

// The member by which WebDriver marks an element (W3C WebDriver section 12.1).
const std::string elementMark = "element-6066-11e4-a52e-4f735466cecf";

constexpr std::size_t longestShown = 1000; // of an address or a page, in an error text

void requirePrograms() {
    for (const auto& program : {browserProgram, driverProgram, guardProgram}) {
        if (!std::filesystem::exists(program))
            throw std::runtime_error(program.string() + " is missing: the tests in a real browser need " +
                                     "Debian's packages chromium, chromium-driver and util-linux");
    }
}

Object object(std::initializer_list<std::pair<std::string, Var>> members) {
    Object made;
    for (const auto& [name, value] : members)
        made.set(name, value);
    return made;
}

// The browser sends nothing to its vendor's servers, and ends as soon as the driver's pipe closes.
Object capabilities(const std::filesystem::path& profile) {
    Array arguments;
    for (const std::string argument :
         {"--headless=new",
          "--no-sandbox",
          "--disable-dev-shm-usage",
          "--disable-gpu",
          "--no-first-run",
          "--remote-debugging-pipe",
          "--no-default-browser-check",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-default-apps",
          "--disable-extensions",
          "--disable-domain-reliability",
          "--disable-client-side-phishing-detection",
          "--no-pings",
          "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
          "--no-proxy-server",
          "--lang=en-US",
          "--force-color-profile=srgb",
          "--hide-scrollbars"})
        arguments.add(argument);
    arguments.add("--user-data-dir=" + profile.string());
    // Every page must be usable without images.
    const auto preferences = object({{"profile.managed_default_content_settings.images", 2}});
    const auto options =
        object({{"binary", browserProgram.string()}, {"args", arguments}, {"prefs", preferences}});
    const auto wanted = object({{"browserName", std::string("chrome")}, {"goog:chromeOptions", options}});
    return object({{"capabilities", object({{"alwaysMatch", wanted}})}});
}

Var valueOf(const HttpAnswer& answer) {
    auto value = answer.json()->get("value");
    if (answer.status < 400)
        return value;
    const auto& failure = value.extract<Object::Ptr>();
    throw WebDriverError(failure->optValue<std::string>("error", "unknown error"),
                         failure->optValue<std::string>("message", {}));
}

// Returns true if the page was replaced between two requests; a retry finds the new page.
bool isPassing(const WebDriverError& failure) {
    return failure.code() == "stale element reference" || failure.code() == "no such element" ||
           failure.code() == "element not interactable" || failure.code() == "element click intercepted" ||
           // Chromium's text for an element of the previous page.
           std::string(failure.what()).find("does not belong to the document") != std::string::npos;
}

std::string textOf(const Var& value) {
    return value.isEmpty() ? std::string() : value.toString();
}

} // namespace

WebDriver::WebDriver() {
    requirePrograms();
    const std::vector<std::string> arguments{"--pdeathsig", "KILL", driverProgram.string(), "--port=0"};
    const ChildProcess::Environment environment{{"HOME", _home.path().string()},
                                                {"TMPDIR", _home.path().string()},
                                                {"XDG_RUNTIME_DIR", _home.path().string()}};
    _process = std::make_unique<ChildProcess>(guardProgram, arguments, environment);
    const auto line = _process->waitForLine("started successfully on port ");
    const auto digits = line.find_last_of(' ') + 1;
    _url = "http://127.0.0.1:" + line.substr(digits, line.find('.', digits) - digits);
}

BrowserSession::BrowserSession(const WebDriver& driver) : _driver(driver.url()) {
    std::ostringstream body;
    capabilities(_profile.path()).stringify(body);
    const auto made = valueOf(callApi("POST", _driver + "/session", {}, body.str())).extract<Object::Ptr>();
    _session = _driver + "/session/" + made->getValue<std::string>("sessionId");
    beginTab();
}

BrowserSession::~BrowserSession() {
    try {
        (void)callApi("DELETE", _session);
    } catch (const std::exception&) {
        // The session is gone already; the rest ends with the driver.
    }
}

Var BrowserSession::call(const std::string& method, const std::string& path, const Object& body) {
    std::ostringstream text;
    if (method == "POST")
        body.stringify(text);
    return valueOf(callApi(method, _session + path, {}, text.str()));
}

void BrowserSession::open(const std::string& url) {
    call("POST", "/url", object({{"url", url}}));
}

void BrowserSession::back() {
    call("POST", "/back");
}

void BrowserSession::reload() {
    call("POST", "/refresh");
}

std::string BrowserSession::url() {
    return call("GET", "/url").toString();
}

std::string BrowserSession::title() {
    return call("GET", "/title").toString();
}

int BrowserSession::status() {
    return run("const [entry] = performance.getEntriesByType('navigation');"
               "return entry ? entry.responseStatus : 0;")
        .convert<int>();
}

std::string BrowserSession::shownText() {
    return textOf(run("return document.body ? document.body.innerText : ''"));
}

void BrowserSession::waitUntil(const std::string& what, const std::function<bool()>& isTrue) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!isTrue()) {
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error("timeout waiting for " + what + " at " + url().substr(0, longestShown) +
                                     "; there is:\n" + shownText().substr(0, longestShown));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

void BrowserSession::waitForUrl(const std::string& part) {
    waitUntil("the address " + part, [&] { return url().find(part) != std::string::npos; });
}

void BrowserSession::waitFor(const std::string& selector) {
    waitUntil("the element " + selector, [&] { return count(selector) > 0; });
}

std::vector<std::string> BrowserSession::find(const std::string& selector) {
    const auto found =
        call("POST", "/elements", object({{"using", std::string("css selector")}, {"value", selector}}));
    std::vector<std::string> elements;
    for (const auto& one : *found.extract<Array::Ptr>())
        elements.push_back(one.extract<Object::Ptr>()->getValue<std::string>(elementMark));
    return elements;
}

std::size_t BrowserSession::count(const std::string& selector) {
    return find(selector).size();
}

Var BrowserSession::onElement(const std::string& selector,
                              const std::function<Var(const std::string&)>& act) {
    Var result;
    waitUntil("the element " + selector, [&] {
        const auto elements = find(selector);
        if (elements.empty())
            return false;
        try {
            result = act("/element/" + elements.front());
            return true;
        } catch (const WebDriverError& failure) {
            if (!isPassing(failure))
                throw;
            return false;
        }
    });
    return result;
}

std::string BrowserSession::text(const std::string& selector) {
    return textOf(onElement(selector, [&](const auto& element) { return call("GET", element + "/text"); }));
}

std::vector<std::string> BrowserSession::texts(const std::string& selector) {
    std::vector<std::string> all;
    for (const auto& element : find(selector))
        all.push_back(textOf(call("GET", "/element/" + element + "/text")));
    return all;
}

std::string BrowserSession::attribute(const std::string& selector, const std::string& name) {
    return textOf(onElement(
        selector, [&](const auto& element) { return call("GET", element + "/attribute/" + name); }));
}

std::string BrowserSession::property(const std::string& selector, const std::string& name) {
    return textOf(
        onElement(selector, [&](const auto& element) { return call("GET", element + "/property/" + name); }));
}

void BrowserSession::click(const std::string& selector) {
    onElement(selector, [&](const auto& element) { return call("POST", element + "/click"); });
}

void BrowserSession::type(const std::string& selector, const std::string& text) {
    onElement(selector, [&](const auto& element) {
        call("POST", element + "/clear");
        return call("POST", element + "/value", object({{"text", text}}));
    });
}

void BrowserSession::press(const std::vector<std::string>& keys) {
    Array strokes;
    for (const auto& one : keys) {
        for (const std::string type : {"keyDown", "keyUp"})
            strokes.add(object({{"type", type}, {"value", one}}));
    }
    Array sources;
    sources.add(
        object({{"type", std::string("key")}, {"id", std::string("keyboard")}, {"actions", strokes}}));
    call("POST", "/actions", object({{"actions", sources}}));
}

Var BrowserSession::run(const std::string& script, const Array& arguments) {
    return call("POST", "/execute/sync", object({{"script", script}, {"args", arguments}}));
}

std::string BrowserSession::newTab() {
    const auto made = call("POST", "/window/new", object({{"type", std::string("tab")}}));
    const auto handle = made.extract<Object::Ptr>()->getValue<std::string>("handle");
    switchTo(handle);
    beginTab();
    return handle;
}

// Without focus emulation a page shows no focus once the browser's own controls have it.
void BrowserSession::beginTab() {
    resize({});
    debug("Emulation.setFocusEmulationEnabled", object({{"enabled", true}}));
}

std::string BrowserSession::tab() {
    return call("GET", "/window").toString();
}

void BrowserSession::switchTo(const std::string& tab) {
    call("POST", "/window", object({{"handle", tab}}));
}

void BrowserSession::closeTab() {
    call("DELETE", "/window");
}

bool BrowserSession::hasCookie(const std::string& prefix) {
    const auto cookies = call("GET", "/cookie").extract<Array::Ptr>();
    return std::any_of(cookies->begin(), cookies->end(), [&](const auto& one) {
        return one.template extract<Object::Ptr>()->template getValue<std::string>("name").starts_with(
            prefix);
    });
}

void BrowserSession::forgetCookies() {
    debug("Network.clearBrowserCookies");
}

void BrowserSession::resize(const WindowSize& size) {
    debug("Emulation.setDeviceMetricsOverride",
          object(
              {{"width", size.width}, {"height", size.height}, {"deviceScaleFactor", 1}, {"mobile", false}}));
}

void BrowserSession::preferColours(const std::string& scheme) {
    Array features;
    features.add(object({{"name", std::string("prefers-color-scheme")}, {"value", scheme}}));
    features.add(object({{"name", std::string("prefers-reduced-motion")}, {"value", std::string("reduce")}}));
    debug("Emulation.setEmulatedMedia", object({{"features", features}}));
}

void BrowserSession::savePicture(const std::filesystem::path& file) {
    const auto height = run("return document.documentElement.scrollHeight").convert<int>();
    const auto width = run("return document.documentElement.scrollWidth").convert<int>();
    const auto clip = object({{"x", 0}, {"y", 0}, {"width", width}, {"height", height}, {"scale", 1}});
    const auto taken =
        debug("Page.captureScreenshot",
              object({{"format", std::string("png")}, {"captureBeyondViewport", true}, {"clip", clip}}));
    std::istringstream encoded(taken.extract<Object::Ptr>()->getValue<std::string>("data"));
    Poco::Base64Decoder decoder(encoded);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream output(file, std::ios::binary);
    Poco::StreamCopier::copyStream(decoder, output);
}

Var BrowserSession::debug(const std::string& command, const Object& parameters) {
    return call("POST", "/goog/cdp/execute", object({{"cmd", command}, {"params", parameters}}));
}

} // namespace central_oauth::test
