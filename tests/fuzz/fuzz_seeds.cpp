// Writes FOLDER/<target>/seed_<n> for every target.

#include <filesystem>
#include <fstream>
#include <iostream>

#include "fuzz/targets.h"

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  if (argc != 2) {
    std::cerr << "fuzz_seeds: FOLDER\n";
    return 2;
  }
  for (const omscope::fuzz::Target& target : omscope::fuzz::targets()) {
    const fs::path folder = fs::path(argv[1]) / target.name;
    fs::create_directories(folder);
    int number = 0;
    for (const std::string& seed : target.seeds()) {
      std::ofstream file(folder / ("seed_" + std::to_string(number++)), std::ios::binary);
      file.write(seed.data(), static_cast<std::streamsize>(seed.size()));
      if (!file.flush()) {
        std::cerr << "fuzz_seeds: cannot write to " << folder.string() << '\n';
        return 2;
      }
    }
  }
  return 0;
}
