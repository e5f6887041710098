// Runs targets without a fuzzer, so that every build compiles them and tries what once crashed:
// `fuzz_replay TARGET [FOLDER…]` feeds the target its seeds, and all files of the folders.

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <vector>

#include "damage/mutations.h"
#include "fuzz/check.h"
#include "fuzz/targets.h"
#include "support/memory_meter.h"

namespace {

namespace fs = std::filesystem;
using omscope::fuzz::Target;

void run(const Target& target, std::string_view input) {
  const omscope::test::MemoryMeter meter;
  target.run(input);
  omscope::fuzz::require(omscope::fuzz::fits(meter.peak(), input.size()),
                         "memory is bounded by the size of the input");
}

/// Seeds as they are, cut, and with a few faults: what any build should try, in a second or two.
size_t run_seeds(const Target& target) {
  constexpr int kMutants = 20;
  size_t count = 0;
  std::mt19937_64 random(1);
  for (const std::string& seed : target.seeds()) {
    run(target, seed);
    run(target, std::string_view(seed).substr(0, seed.size() / 2));
    for (int i = 0; i < kMutants; ++i) run(target, omscope::test::mutated(seed, {}, random));
    count += 2 + kMutants;
  }
  return count;
}

size_t run_folder(const Target& target, const fs::path& folder) {
  if (!fs::is_directory(folder)) return 0;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    std::cout << target.name << ": " << file.filename().string() << std::endl;
    const auto input = omscope::FileBytes::open(file.string());
    omscope::fuzz::require(input.ok(), "checked-in inputs can be read");
    run(target, omscope::as_text((*input)->bytes()));
  }
  return files.size();
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  for (const Target& target : omscope::fuzz::targets()) {
    if (arguments.empty() || target.name != arguments[0]) continue;
    size_t count = run_seeds(target);
    for (size_t i = 1; i < arguments.size(); ++i) count += run_folder(target, arguments[i]);
    std::cout << target.name << ": " << count << " inputs\n";
    return 0;
  }
  std::cerr << "fuzz_replay: TARGET [FOLDER...]; targets:";
  for (const Target& target : omscope::fuzz::targets()) std::cerr << ' ' << target.name;
  std::cerr << '\n';
  return 2;
}
