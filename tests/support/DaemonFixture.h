// SPDX-License-Identifier: Apache-2.0
// A simulator, and a daemon that is linked to it, for each test.
#pragma once

#include "ServiceUnderTest.h"

#include <cppunit/TestFixture.h>
#include <memory>

namespace central_oauth::test {

class DaemonFixture : public CppUnit::TestFixture {
public:
    void setUp() override { begin(); }

    void tearDown() override {
        _service.reset();
        _simulator.reset();
    }

protected:
    /// Starts both, anew if they run already; the daemon with these settings besides those that it needs.
    void begin(const ChildProcess::Environment& settings = {}) {
        DaemonFixture::tearDown();
        _simulator = std::make_unique<Simulator>();
        _service = std::make_unique<ServiceUnderTest>(*_simulator, settings);
    }

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
};

} // namespace central_oauth::test
