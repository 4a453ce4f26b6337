// SPDX-License-Identifier: Apache-2.0
// The outcome of a call into a plugin: log line, report and exception.
#include "CallGuard.h"

#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/SdkNames.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <typeinfo>

namespace central_oauth::loader {

using provider::LogLevel;
using provider::ProviderError;
using provider::ProviderErrorKind;

namespace {

// A kind that has no enumerator counts as protocol: nobody understands the answer.
ProviderErrorKind knownKind(ProviderErrorKind kind) {
    return kind < ProviderErrorKind::invalidGrant || kind > ProviderErrorKind::protocol
               ? ProviderErrorKind::protocol
               : kind;
}

provider::LocalFault knownFault(provider::LocalFault fault) {
    using provider::LocalFault;
    return fault < LocalFault::none || fault > LocalFault::clock ? LocalFault::none : fault;
}

std::optional<std::chrono::seconds> boundedDelay(std::optional<std::chrono::seconds> delay) {
    // Adding it to the present time must not overflow.
    constexpr std::chrono::seconds longest = std::chrono::hours(24);
    return delay ? std::optional(std::clamp(*delay, std::chrono::seconds(0), longest)) : delay;
}

// Returns the cleaned beginning of a text, which may be huge and may quote upstream.
std::string beginningOf(const char* text) {
    constexpr std::size_t limit = 1024;
    return base::displayText(std::string_view(text, std::min(std::strlen(text), limit)), limit);
}

std::string_view outcomeOf(UpstreamPool::Verdict verdict, const std::optional<Thrown>& thrown) {
    if (verdict == UpstreamPool::Verdict::abandoned)
        return "abandoned";
    if (verdict != UpstreamPool::Verdict::finished)
        return "refused";
    if (!thrown)
        return "ok";
    return thrown->kind ? base::nameOf(*thrown->kind) : "fault";
}

} // namespace

Thrown describeCurrentException() {
    try {
        throw;
    } catch (const ProviderError& error) {
        return {knownKind(error.kind()), beginningOf(error.what()), boundedDelay(error.retryAfter()),
                knownFault(error.localFault())};
    } catch (const UnfitAnswer& unfit) {
        return {std::nullopt, unfit.what(), std::nullopt, provider::LocalFault::none, true};
    } catch (const PluginFault& fault) {
        return {std::nullopt, fault.what(), std::nullopt};
    } catch (const std::exception& error) {
        // The type and not what(): a parser's message may quote a token.
        return {std::nullopt, typeid(error).name(), std::nullopt};
    } catch (...) {
        return {std::nullopt, "no std::exception", std::nullopt};
    }
}

CallGuard::CallGuard(std::string provider, std::string plugin, UpstreamPool& pool, provider::Log& log,
                     GuardOptions options)
    : _provider(std::move(provider)),
      _plugin(std::move(plugin)),
      _pool(pool),
      _log(log),
      _options(std::move(options)) {}

UpstreamPool::Verdict CallGuard::runPooled(const provider::Call& call, UpstreamPool::Work work) const {
    return _pool.run(_provider, std::move(work), call.deadline, call.deadline + _options.grace);
}

void CallGuard::conclude(const Operation& operation, const provider::Call& call,
                         UpstreamPool::Clock::time_point started, UpstreamPool::Verdict verdict,
                         const std::optional<Thrown>& thrown) const {
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(UpstreamPool::Clock::now() - started);
    const auto outcome = outcomeOf(verdict, thrown);
    write(LogLevel::debug, "provider call ended", operation, call,
          {{"outcome", std::string(outcome)}, {"duration_ms", std::to_string(took.count())}});
    if (_options.observer)
        _options.observer({_provider, operation.name, outcome, took});
    if (verdict != UpstreamPool::Verdict::finished)
        throwUnanswered(operation, call, verdict);
    if (thrown)
        rethrow(operation, call, *thrown);
}

void CallGuard::rethrow(const Operation& operation, const provider::Call& call, const Thrown& thrown) const {
    if (thrown.kind)
        throw ProviderError(*thrown.kind, thrown.text, thrown.retryAfter, thrown.localFault);
    write(LogLevel::error,
          thrown.unfitAnswer ? "plugin broke its contract: its answer is refused"
                             : "plugin broke its contract: it threw something else than ProviderError",
          operation, call, {{thrown.unfitAnswer ? "answer" : "exception", thrown.text}});
    throw PluginFault("plugin " + _plugin + (thrown.unfitAnswer ? " returned " : " threw ") + thrown.text +
                      " in " + std::string(operation.name));
}

void CallGuard::throwUnanswered(const Operation& operation, const provider::Call& call,
                                UpstreamPool::Verdict verdict) const {
    if (verdict != UpstreamPool::Verdict::abandoned)
        throw ProviderError(ProviderErrorKind::transient,
                            "no upstream slot was free for provider " + _provider);
    write(LogLevel::error, "plugin did not answer by the deadline; its call is abandoned", operation, call);
    throw ProviderError(operation.effect == Effect::spends ? ProviderErrorKind::ambiguous
                                                           : ProviderErrorKind::transient,
                        "plugin " + _plugin + " did not answer in time");
}

void CallGuard::reportLate(const Operation& operation, const provider::Call& call, bool answered) const {
    const bool lost = answered && operation.effect == Effect::spends;
    write(LogLevel::warning,
          lost ? "an abandoned call ended after all; what it obtained is dropped"
               : "an abandoned call ended after all",
          operation, call);
}

void CallGuard::write(LogLevel level, std::string_view message, const Operation& operation,
                      const provider::Call& call, std::vector<provider::LogField> more) const {
    std::vector<provider::LogField> fields{{"provider", _provider},
                                           {"plugin", _plugin},
                                           {"operation", std::string(operation.name)},
                                           {"request_id", call.requestId}};
    fields.insert(fields.end(), more.begin(), more.end());
    _log.write(level, message, fields);
}

} // namespace central_oauth::loader
