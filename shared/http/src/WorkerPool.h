// SPDX-License-Identifier: Apache-2.0
// The threads of a listener.
#pragma once

#include "Worker.h"

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace central_oauth::http {

/// One thread that runs the reactor's rounds, and workers: one from the start, each further one when a
/// request waits and all are busy, up to a limit. No thread ends before the listener.
///
/// `start`, `stopReactor` and the destructor are called by one thread at a time.
class WorkerPool {
public:
    /// Borrows the reactor and the worker's parts.
    WorkerPool(Reactor& reactor, const Worker& worker, std::size_t mostWorkers);

    /// Requires: the reactor is closed, so that its workers end. Blocks while a worker answers a request.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Throws: base::ThreadError; then close the reactor.
    void start();

    /// Ends the reactor's thread.
    void stopReactor();

private:
    void runReactor();
    void addWorker();

    Reactor& _reactor;
    const Worker& _worker;
    const std::size_t _mostWorkers;
    std::atomic<bool> _isStopping{false};
    std::vector<std::thread> _workers; ///< used by `start`, then by the reactor's thread
    std::thread _reactorThread;
};

} // namespace central_oauth::http
