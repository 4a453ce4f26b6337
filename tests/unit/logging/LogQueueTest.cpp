// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/logging/LogQueue.h"

#include <condition_variable>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

using namespace central_oauth::logging;
using namespace std::chrono_literals;

namespace {

/// A sink whose reader can stop.
class Gate final : public LogSink {
public:
    void write(std::string_view line) override {
        std::unique_lock hold(_mutex);
        ++_waiting;
        _changed.notify_all();
        _changed.wait(hold, [this] { return _isOpen; });
        --_waiting;
        _text += line;
        _writes.push_back(line.size());
    }

    void open() { set(true); }
    void close() { set(false); }

    /// Blocks until a line is stuck.
    void awaitLine() {
        std::unique_lock hold(_mutex);
        CPPUNIT_ASSERT(_changed.wait_for(hold, 20s, [this] { return _waiting > 0; }));
    }

    [[nodiscard]] std::string text() {
        const std::lock_guard hold(_mutex);
        return _text;
    }

    /// Returns the sizes of what was written at once.
    [[nodiscard]] std::vector<std::size_t> writes() {
        const std::lock_guard hold(_mutex);
        return _writes;
    }

private:
    void set(bool isOpen) {
        const std::lock_guard hold(_mutex);
        _isOpen = isOpen;
        _changed.notify_all();
    }

    std::mutex _mutex;
    std::condition_variable _changed;
    bool _isOpen = false;
    int _waiting = 0;
    std::string _text;
    std::vector<std::size_t> _writes;
};

} // namespace

class LogQueueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogQueueTest);
    CPPUNIT_TEST(testAStoppedReaderHoldsNobodyUp);
    CPPUNIT_TEST(testAuditLinesAreDroppedLast);
    CPPUNIT_TEST(testDroppedLinesAreReportedWhenTheReaderIsBack);
    CPPUNIT_TEST(testStopIsBounded);
    CPPUNIT_TEST(testStopWritesWaitingLines);
    CPPUNIT_TEST(testLinesAfterARedirectionGoThere);
    CPPUNIT_TEST(testATaskThatThrowsEndsNothing);
    CPPUNIT_TEST(testWaitingLinesAreWrittenTogetherUncut);
    CPPUNIT_TEST_SUITE_END();

public:
    void testAStoppedReaderHoldsNobodyUp() {
        LogQueue queue(_gate);
        for (int i = 0; i < 3; ++i)
            queue.write(std::to_string(i) + "\n");
        CPPUNIT_ASSERT(!queue.flush(1ms));
        CPPUNIT_ASSERT_EQUAL(std::string(), _gate->text());
        _gate->open();
        CPPUNIT_ASSERT(queue.flush(20s));
        CPPUNIT_ASSERT_EQUAL(std::string("0\n1\n2\n"), _gate->text());
    }

    void testAuditLinesAreDroppedLast() {
        LogQueue queue(_gate, {4, 2});
        for (const char* line : {"a\n", "b\n", "lost\n"})
            queue.write(line);
        queue.writeAudit("c\n");
        queue.writeAudit("d\n");
        queue.write("e\n");
        _gate->open();
        CPPUNIT_ASSERT(queue.flush(20s));
        CPPUNIT_ASSERT_EQUAL(std::string("a\nb\nc\n"), _gate->text());
    }

    void testDroppedLinesAreReportedWhenTheReaderIsBack() {
        LogQueue queue(_gate, {4, 2});
        std::vector<std::uint64_t> reported;
        queue.onDropped([&](std::uint64_t lines, std::uint64_t audit) {
            reported.push_back(lines);
            reported.push_back(audit);
            queue.write("x\n");
        });
        for (const char* line : {"a\n", "b\n", "c\n", "d\n"})
            queue.write(line);
        queue.writeAudit("too long\n");
        _gate->open();
        CPPUNIT_ASSERT(queue.flush(20s));
        CPPUNIT_ASSERT((reported == std::vector<std::uint64_t>{3, 1}));
        CPPUNIT_ASSERT(queue.flush(20s));
        CPPUNIT_ASSERT_EQUAL(std::string("a\nb\nx\n"), _gate->text());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("once", std::size_t{2}, reported.size());
    }

    void testStopIsBounded() {
        const auto begin = std::chrono::steady_clock::now();
        {
            LogQueue queue(_gate);
            queue.write("a\n");
            _gate->awaitLine();
        }
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begin < 10s);
        _gate->open(); // lets the thread end; it owns all that it needs
    }

    void testStopWritesWaitingLines() {
        _gate->open();
        {
            LogQueue queue(_gate);
            for (int i = 0; i < 100; ++i)
                queue.write("a\n");
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{200}, _gate->text().size());
    }

    void testLinesAfterARedirectionGoThere() {
        const auto other = std::make_shared<Gate>();
        other->open();
        LogQueue queue(_gate);
        queue.write("a\n");
        queue.redirect(other);
        queue.write("b\n");
        _gate->open();
        CPPUNIT_ASSERT(queue.flush(20s));
        CPPUNIT_ASSERT_EQUAL(std::string("a\n"), _gate->text());
        CPPUNIT_ASSERT_EQUAL(std::string("b\n"), other->text());
    }

    void testATaskThatThrowsEndsNothing() {
        _gate->open();
        LogQueue queue(_gate);
        queue.run([] { throw std::string("odd"); });
        queue.write("a\n");
        CPPUNIT_ASSERT(queue.flush(20s));
        CPPUNIT_ASSERT_EQUAL(std::string("a\n"), _gate->text());
    }

    void testWaitingLinesAreWrittenTogetherUncut() {
        LogQueue queue(_gate);
        queue.write("first\n");
        _gate->awaitLine();
        const std::string line(999, 'l');
        for (int i = 0; i < 10; ++i)
            queue.write(line + "\n");
        queue.write(std::string(5000, 'x') + "\n");
        queue.write("last\n");
        _gate->open();
        CPPUNIT_ASSERT(queue.flush(20s));
        CPPUNIT_ASSERT((_gate->writes() == std::vector<std::size_t>{6, 4000, 4000, 2000, 5001, 5}));
    }

private:
    std::shared_ptr<Gate> _gate = std::make_shared<Gate>();
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogQueueTest);
