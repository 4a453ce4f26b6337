// SPDX-License-Identifier: Apache-2.0
// Closed streams, and output without a reader. POSIX.
#include "central_oauth/platform/StandardStreams.h"

#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

using namespace central_oauth::platform;

class StandardStreamsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StandardStreamsTest);
    CPPUNIT_TEST(testNothingTakesTheNumberOfAClosedStream);
    CPPUNIT_TEST(testWritesAll);
    CPPUNIT_TEST(testAnInterruptionEndsTheWaitForAReader);
    CPPUNIT_TEST(testTellsWhyOutputIsLost);
    CPPUNIT_TEST_SUITE_END();

    /// Replaces standard output during its lifetime.
    class Output {
    public:
        Output() {
            std::fflush(stdout);
            CPPUNIT_ASSERT_EQUAL(0, ::pipe(_ends.data()));
            ::dup2(_ends[1], STDOUT_FILENO);
            ::close(_ends[1]);
        }
        ~Output() {
            ::dup2(_before, STDOUT_FILENO);
            ::close(_before);
            if (_ends[0] >= 0)
                ::close(_ends[0]);
        }
        Output(const Output&) = delete;
        Output& operator=(const Output&) = delete;

        [[nodiscard]] int reader() const { return _ends[0]; }
        void leave() { ::close(std::exchange(_ends[0], -1)); }

    private:
        int _before = ::dup(STDOUT_FILENO);
        std::array<int, 2> _ends{-1, -1};
    };

public:
    void testNothingTakesTheNumberOfAClosedStream() {
        const pid_t child = fork();
        if (child == 0) {
            for (const int stream : {0, 1, 2})
                close(stream);
            prepareStreams();
            char byte = 0;
            const bool failsAsBefore =
                read(0, &byte, 1) == -1 && write(1, &byte, 1) == -1 && write(2, &byte, 1) == -1;
            _exit(failsAsBefore && open("/dev/null", O_RDONLY) > 2 ? 0 : 1);
        }
        int status = -1;
        CPPUNIT_ASSERT_EQUAL(child, waitpid(child, &status, 0));
        CPPUNIT_ASSERT_EQUAL(0, status);
    }

    void testWritesAll() {
        std::error_code failure;
        std::string text(10'000, 'x');
        std::string seen(20'000, '\0');
        {
            const Output output;
            failure = writeOutput(text);
            if (!failure)
                failure = checkOutput();
            seen.resize(static_cast<std::size_t>(::read(output.reader(), seen.data(), seen.size())));
        }
        CPPUNIT_ASSERT(!failure);
        CPPUNIT_ASSERT(seen == text);
    }

    void testAnInterruptionEndsTheWaitForAReader() {
        std::error_code failure;
        int asked = 0;
        {
            const Output output;
            failure = writeOutput(std::string(1024 * 1024, 'x'), [&] { return ++asked == 2; });
        }
        CPPUNIT_ASSERT(failure == std::errc::interrupted);
        CPPUNIT_ASSERT_EQUAL(2, asked);
    }

    void testTellsWhyOutputIsLost() {
        std::error_code failure;
        const auto before = std::signal(SIGPIPE, SIG_IGN);
        {
            Output output;
            output.leave();
            failure = writeOutput("x");
        }
        std::signal(SIGPIPE, before);
        CPPUNIT_ASSERT(failure == std::errc::broken_pipe);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StandardStreamsTest);
