// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/Lifetime.h"

#include <fstream>
#include <random>

namespace central_oauth::base {

namespace {

// Linux names each boot. Where there is no such file, the steady clock of another process is not comparable.
std::string makeEra() {
    std::string boot;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
    if (!boot.empty())
        return boot;
    std::random_device random;
    return std::to_string(random()) + "-" + std::to_string(random());
}

std::int64_t steadySeconds(const Clock& clock) {
    return std::chrono::floor<std::chrono::seconds>(clock.steadyNow().time_since_epoch()).count();
}

} // namespace

const std::string& steadyEra() {
    static const std::string era = makeEra();
    return era;
}

Moment momentOf(const Clock& clock) {
    return {nowOf(clock), steadySeconds(clock), steadyEra()};
}

std::chrono::seconds leftOf(const Moment& begin, Timestamp end, const Moment& now) {
    using std::chrono::seconds;
    const seconds life = end - begin.wall;
    const seconds byWall = end - now.wall;
    const seconds passed(now.steady - begin.steady);
    // A steady clock that runs back is another one, whatever it is called. It stands still while the system
    // sleeps, the wall clock doesn't. Each is cut to seconds at a moment of its own, so a second between them
    // is no sign of a clock that was set, and the wall clock's answer is the same at each reading.
    if (begin.era == now.era && passed >= seconds(0)) {
        const seconds bySteady = life - passed;
        return byWall - bySteady <= seconds(1) ? byWall : bySteady;
    }
    return now.wall < begin.wall ? seconds(0) : byWall;
}

} // namespace central_oauth::base
