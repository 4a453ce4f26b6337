// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/Lifetime.h"

#include <fstream>
#include <random>

namespace central_oauth::base {

namespace {

// Linux names each boot. Without that file, steady clocks of different processes are not comparable.
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
    // A steady clock that runs backwards is a different one, whatever its name. The steady clock stops while
    // the system sleeps; the wall clock does not. Each is truncated to seconds separately, so a difference of
    // one second does not mean that a clock was set, and the wall clock's result is the same at each reading.
    if (begin.era == now.era && passed >= seconds(0)) {
        const seconds bySteady = life - passed;
        return byWall - bySteady <= seconds(1) ? byWall : bySteady;
    }
    return now.wall < begin.wall ? seconds(0) : byWall;
}

} // namespace central_oauth::base
