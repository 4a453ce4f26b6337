// SPDX-License-Identifier: Apache-2.0
#include "Population.h"

#include "People.h"

#include <atomic>
#include <fstream>
#include <future>
#include <sstream>
#include <stdexcept>

namespace central_oauth::test {

namespace {

std::string idOfClient(const ServiceUnderTest& service, const std::string& name) {
    std::istringstream lines(service.run({"client", "list"}).output);
    for (std::string line; std::getline(lines, line);)
        if (line.find('\t' + name) != std::string::npos)
            return line.substr(0, line.find('\t'));
    throw std::runtime_error("there is no client " + name);
}

} // namespace

std::vector<std::string> seedAccounts(const Simulator& simulator, const ServiceUnderTest& service,
                                      const std::string& clientName, std::size_t count, int tokenLife) {
    const auto population =
        listIn(simulator.control("POST", "population",
                                 R"({"prefix":"load-","scopes":"read:me read:jira-work offline_access",)"
                                 R"("issue":true,"count":)" +
                                     std::to_string(count) + "}"));
    const auto grants = service.folder() / "grants";
    std::ofstream file(grants);
    for (unsigned at = 0; at < population->size(); ++at)
        file << population->getObject(at)->getValue<std::string>("account_id") << ' '
             << population->getObject(at)->getValue<std::string>("access_token") << ' '
             << population->getObject(at)->getValue<std::string>("refresh_token") << ' ' << tokenLife << '\n';
    file.close();
    const auto seeded = runToEnd("/bin/sh",
                                 {"-c", R"(exec "$0" given-accounts "$1" "$2" "$3" < "$4")",
                                  programPath("bench-seed").string(), service.database().string(),
                                  idOfClient(service, clientName), std::to_string(count), grants.string()},
                                 service.environment);
    std::vector<std::string> accounts;
    std::istringstream lines(seeded.output);
    std::string subject;
    for (std::string id; lines >> id >> subject;)
        accounts.push_back(id);
    if (accounts.size() != count)
        throw std::runtime_error("accounts were not seeded: " + seeded.errors);
    return accounts;
}

void inParallel(std::size_t threads, std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::vector<std::future<void>> running;
    for (std::size_t i = 0; i < threads; ++i)
        running.push_back(std::async(std::launch::async, [&] {
            for (auto at = next++; at < count; at = next++)
                work(at);
        }));
    for (auto& each : running)
        each.get();
}

} // namespace central_oauth::test
