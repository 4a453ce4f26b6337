// SPDX-License-Identifier: Apache-2.0
// Deadline, catch-all, blame and timing around one call into a plugin.
#pragma once

#include "AnswerLimits.h"
#include "central_oauth/loader/GuardedProvider.h"
#include "central_oauth/logging/RequestScope.h"

#include <memory>
#include <optional>
#include <utility>

namespace central_oauth::loader {

/// What a call does upstream. Without an answer, a call that reads is transient and one that spends is
/// ambiguous.
enum class Effect { reads, spends };

/// What is known of a call before it runs.
struct Operation {
    std::string_view name; ///< a literal
    Effect effect;
};

/// What a plugin threw, copied on the thread that caught it, because the exception object must stay there.
struct Thrown {
    std::optional<provider::ProviderErrorKind> kind; ///< nullopt if the plugin broke its contract
    std::string text; ///< of a ProviderError or a refused answer, else the exception's type
    std::optional<std::chrono::seconds> retryAfter;
    provider::LocalFault localFault = provider::LocalFault::none;
    bool unfitAnswer = false; ///< the plugin threw nothing, but its answer was refused
};

/// Returns the exception being handled, limited to 1 KiB of text, a known kind and a delay of a day.
/// Requires: a catch block.
[[nodiscard]] Thrown describeCurrentException();

/// Runs calls for one provider. Shared with running calls.
/// Thread-safe.
class CallGuard : public std::enable_shared_from_this<CallGuard> {
public:
    CallGuard(std::string provider, std::string plugin, UpstreamPool& pool, provider::Log& log,
              GuardOptions options);

    /// Runs `work` on the upstream pool. `work` must own everything it touches, because it may outlive the
    /// caller.
    template <class Result>
    [[nodiscard]] Result run(const Operation& operation, const provider::Call& call,
                             std::function<Result(const provider::Call&)> work) const {
        struct Slot {
            std::optional<Result> result;
            std::optional<Thrown> thrown;
        };
        const auto slot = std::make_shared<Slot>();
        // What the plugin logs there belongs to the same request.
        const auto scope = std::make_shared<const logging::CapturedScope>();
        const UpstreamPool::Work pooled{[slot, scope, call, work = std::move(work)] {
                                            const logging::RequestScope inPool(*scope);
                                            try {
                                                slot->result = fitting(work(call));
                                            } catch (...) {
                                                slot->thrown = describeCurrentException();
                                            }
                                        },
                                        [slot, scope, operation, call, self = shared_from_this()] {
                                            const logging::RequestScope inPool(*scope);
                                            self->reportLate(operation, call, slot->result.has_value());
                                        }};
        const auto started = UpstreamPool::Clock::now();
        const auto verdict = runPooled(call, pooled);
        const bool finished = verdict == UpstreamPool::Verdict::finished;
        conclude(operation, call, started, verdict, finished ? slot->thrown : std::nullopt);
        return std::move(*slot->result);
    }

    /// Runs `work` on the caller's thread, for functions that do no I/O.
    template <class Work>
    [[nodiscard]] auto contain(std::string_view operation, const Work& work) const {
        try {
            return fitting(work());
        } catch (...) {
            rethrow({operation, Effect::reads}, {}, describeCurrentException());
        }
    }

private:
    /// Returns the answer with its texts for people cleaned.
    /// Throws: UnfitAnswer.
    template <class Result>
    static Result fitting(Result answer) {
        cleanTexts(answer);
        requireFit(answer);
        return answer;
    }

    [[nodiscard]] UpstreamPool::Verdict runPooled(const provider::Call& call, UpstreamPool::Work work) const;
    void conclude(const Operation& operation, const provider::Call& call,
                  UpstreamPool::Clock::time_point started, UpstreamPool::Verdict verdict,
                  const std::optional<Thrown>& thrown) const;
    [[noreturn]] void rethrow(const Operation& operation, const provider::Call& call,
                              const Thrown& thrown) const;
    [[noreturn]] void throwUnanswered(const Operation& operation, const provider::Call& call,
                                      UpstreamPool::Verdict verdict) const;
    void reportLate(const Operation& operation, const provider::Call& call, bool answered) const;
    void write(provider::LogLevel level, std::string_view message, const Operation& operation,
               const provider::Call& call, std::vector<provider::LogField> more = {}) const;

    std::string _provider;
    std::string _plugin;
    UpstreamPool& _pool;
    provider::Log& _log;
    GuardOptions _options;
};

} // namespace central_oauth::loader
