// SPDX-License-Identifier: Apache-2.0
// Starts threads, with an error that names the part of the service.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace central_oauth::base {

/// A thread can't be created. what() names the part of the service and the system's reason.
class ThreadError : public std::runtime_error {
public:
    ThreadError(std::string_view part, const std::string& reason)
        : std::runtime_error("can't start a thread of the " + std::string(part) + ": " + reason +
                             "; raise the limit of threads (TasksMax=, LimitNPROC=)") {}
};

/// Runs `work` on a new thread; `part` names the part of the service, such as "log writer".
/// Throws: ThreadError.
template <class Work>
[[nodiscard]] std::thread startThread(std::string_view part, Work&& work) {
    try {
        return std::thread(std::forward<Work>(work));
    } catch (const std::system_error& failure) {
        throw ThreadError(part, failure.code().message());
    }
}

} // namespace central_oauth::base
