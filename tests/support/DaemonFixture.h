// SPDX-License-Identifier: Apache-2.0
// Starts a simulator and a daemon that uses it, anew for each test.
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
    /// Starts or restarts both; the daemon gets these settings in addition to the required ones.
    void begin(const ChildProcess::Environment& settings = {}) {
        DaemonFixture::tearDown();
        _simulator = std::make_unique<Simulator>();
        _service = std::make_unique<ServiceUnderTest>(*_simulator, settings);
    }

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
};

} // namespace central_oauth::test
