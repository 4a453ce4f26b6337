// SPDX-License-Identifier: Apache-2.0
// Replays the stored inputs of a fuzz target without libFuzzer: `REPLAY FOLDER`. Exit code 0 means that there
// was at least one input and none was a finding.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> filesOf(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

void replay(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
    const std::vector<std::uint8_t> data(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(data.data(), data.size());
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: replay FOLDER\n";
        return 64;
    }
    const auto files = filesOf(argv[1]);
    for (const auto& file : files) {
        // A finding ends the process, so the input's name is printed first.
        std::cout << file.filename().string() << std::endl;
        replay(file);
    }
    // The summary of a whole run is counted from this last line: a target is one test.
    std::cout << files.size() << " inputs\nran 1 failed " << (files.empty() ? 1 : 0) << std::endl;
    return files.empty() ? 1 : 0;
}
