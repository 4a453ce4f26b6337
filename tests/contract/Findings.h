// SPDX-License-Identifier: Apache-2.0
// Many generated checks in one test: all that is wrong is told at once.
#pragma once

#include <cppunit/extensions/HelperMacros.h>
#include <exception>
#include <string>

/// Collects what is wrong. Threads: used by one.
class Findings {
public:
    /// Notes a failure unless `isRight`. Counts as a check.
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

    /// Fails the test if something was wrong, or if fewer than `fewest` checks were made: a generator that
    /// generates nothing must not pass.
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
