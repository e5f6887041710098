#include "omscope/repro/kernel_files.h"

#include <filesystem>

#include "omscope/core/files_below.h"
#include "omscope/core/text.h"
#include "omscope/diagnose/kernel_name.h"

namespace omscope::repro {
namespace {

namespace fs = std::filesystem;

/// 2: the same name, 1: the same but for the tiling key behind, 0: another.
int match(std::string_view stem, std::string_view kernel) {
  if (stem == kernel) return 2;
  const bool longer = kernel.size() > stem.size() + 1 && kernel.starts_with(stem) &&
                      kernel[stem.size()] == '_' && is_digits(kernel.substr(stem.size() + 1));
  // The number behind the hashes of a compiled kernel is part of its name.
  return longer && !kernel.starts_with("te_") ? 1 : 0;
}

std::string op_of(std::string_view name) {
  const auto parts = diagnose::parse_kernel_name(name);
  return parts ? std::string(parts->op) : std::string();
}

}  // namespace

KernelFiles find_kernel_files(const std::string& folder, const std::string& kernel) {
  constexpr size_t kMostOthers = 5;
  KernelFiles found;
  int best_binary = 0;
  int best_description = 0;
  const std::string op = op_of(kernel);
  for (const std::string& file : files_below(folder).files) {
    const fs::path path(file);
    const std::string suffix = path.extension().string();
    if (suffix != ".o" && suffix != ".json") continue;
    const std::string stem = path.stem().string();
    const int how = match(stem, kernel);
    int& best = suffix == ".o" ? best_binary : best_description;
    if (how > best) {
      best = how;
      (suffix == ".o" ? found.binary : found.description) = path.string();
    } else if (how == 0 && suffix == ".o" && !op.empty() && op_of(stem) == op &&
               found.others.size() < kMostOthers) {
      found.others.push_back(stem);
    }
  }
  return found;
}

}  // namespace omscope::repro
