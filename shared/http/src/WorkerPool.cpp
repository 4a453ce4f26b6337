// SPDX-License-Identifier: Apache-2.0
#include "WorkerPool.h"

#include "central_oauth/base/Thread.h"

#include <chrono>
#include <exception>

namespace central_oauth::http {

namespace {

// How long a stop may wait for the reactor's thread. A watchdog counts its rounds.
constexpr std::chrono::milliseconds longestRound{250};

} // namespace

WorkerPool::WorkerPool(Reactor& reactor, const Worker& worker, std::size_t mostWorkers)
    : _reactor(reactor), _worker(worker), _mostWorkers(mostWorkers) {
    _workers.reserve(mostWorkers);
}

WorkerPool::~WorkerPool() {
    stopReactor();
    for (auto& worker : _workers)
        worker.join();
}

void WorkerPool::start() {
    addWorker();
    _reactorThread = base::startThread("listener", [this] { runReactor(); });
}

void WorkerPool::stopReactor() {
    _isStopping = true;
    _reactor.wake();
    if (_reactorThread.joinable())
        _reactorThread.join();
}

void WorkerPool::runReactor() {
    while (!_isStopping) {
        if (!_reactor.wait(longestRound) || _workers.size() == _mostWorkers)
            continue;
        try {
            addWorker();
        } catch (const std::exception&) {
            // No thread or no memory: the request waits for one of the workers that there are.
        }
    }
}

void WorkerPool::addWorker() {
    _workers.push_back(base::startThread("listener", [this] { _worker.run(); }));
}

} // namespace central_oauth::http
