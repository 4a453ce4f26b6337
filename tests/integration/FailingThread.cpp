// SPDX-License-Identifier: Apache-2.0
// Loaded before the C library: FAILING_THREAD=5 makes creating the fifth thread fail, 5+ that one and all
// later ones. POSIX.
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <dlfcn.h>
#include <pthread.h>

extern "C" __attribute__((visibility("default"))) int
pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
    using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
    static const auto create = reinterpret_cast<Create>(::dlsym(RTLD_NEXT, "pthread_create"));
    static std::atomic<long> count{0};
    const auto number = ++count;
    const char* const setting = std::getenv("FAILING_THREAD");
    char* rest = nullptr;
    const auto failing = setting == nullptr ? 0 : std::strtol(setting, &rest, 10);
    if (failing > 0 && (number == failing || (*rest == '+' && number > failing)))
        return EAGAIN;
    return create(thread, attributes, start, argument);
}
