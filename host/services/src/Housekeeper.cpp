// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/Housekeeper.h"

#include "central_oauth/base/Thread.h"

#include <exception>
#include <utility>

namespace central_oauth::services {

Housekeeper::Housekeeper(std::string_view name, std::function<void()> task,
                         std::chrono::milliseconds interval, logging::Logger& logger,
                         std::optional<std::chrono::milliseconds> first)
    : _task(std::move(task)),
      _interval(interval),
      _first(first.value_or(interval)),
      _log(logger.channel("central_oauth.housekeeper")),
      _thread(base::startThread(name, [this] { run(); })) {}

Housekeeper::~Housekeeper() {
    stop();
}

void Housekeeper::stop() {
    {
        const std::lock_guard hold(_mutex);
        _stopping = true;
    }
    _wake.notify_all();
    if (_thread.joinable())
        _thread.join();
}

void Housekeeper::run() {
    std::unique_lock hold(_mutex);
    for (auto pause = _first; !_wake.wait_for(hold, pause, [this] { return _stopping; }); pause = _interval) {
        hold.unlock();
        try {
            _task();
        } catch (const std::exception& failure) {
            _log.error("housekeeping failed", {{"detail", failure.what()}});
        }
        hold.lock();
    }
}

} // namespace central_oauth::services
