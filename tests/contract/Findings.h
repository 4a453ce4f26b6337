// SPDX-License-Identifier: Apache-2.0
// Many generated checks in one test, whose failures are reported together.
#pragma once

#include <cppunit/extensions/HelperMacros.h>
#include <exception>
#include <string>

/// Collects failures. Not thread-safe.
class Findings {
public:
    /// Counts a check, and records a failure unless `isRight`.
    void expect(bool isRight, const std::string& what) {
        ++_checks;
        if (!isRight)
            note(what);
    }

    void expectStatus(int wanted, int status, const std::string& what) {
        expect(wanted == status,
               what + ": " + std::to_string(wanted) + " expected, got " + std::to_string(status));
    }

    /// Runs a check that may throw; `what` names it.
    template <class Check>
    void run(const std::string& what, Check check) {
        try {
            check();
        } catch (const std::exception& failure) {
            note(what + ": " + failure.what());
        }
    }

    /// Fails the test if a check failed, or if fewer than `fewest` checks ran: an empty generator must not
    /// pass.
    void assertNone(int fewest = 1) const {
        CPPUNIT_ASSERT_MESSAGE(
            std::to_string(_failures) + " of " + std::to_string(_checks) + " checks" + _text, _failures == 0);
        CPPUNIT_ASSERT_MESSAGE("only " + std::to_string(_checks) + " checks", _checks >= fewest);
    }

private:
    void note(const std::string& what) {
        ++_failures;
        _text += "\n  " + what;
    }

    int _checks = 0;
    int _failures = 0;
    std::string _text;
};
