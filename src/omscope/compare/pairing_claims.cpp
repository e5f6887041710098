#include "omscope/compare/pairing_claims.h"

#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/compare/names.h"

namespace omscope::compare {
namespace {

struct Sides {
  const Side& run;
  const Side& golden;
  const PairingGuide& guide;
  const std::vector<std::string>& wanted;
  std::vector<PairPlan>& pairs;
};

std::string folder_text(const Tensor& tensor) {
  return tensor.folder.empty() ? "the run's own folder" : tensor.folder;
}

void refuse_steps(const Sides& sides, uint32_t golden, const std::vector<size_t>& pairs) {
  std::map<std::string, std::vector<size_t>> by_tensor;
  for (const size_t i : pairs) {
    const Tensor& tensor = sides.run.tensors[sides.pairs[i].run];
    by_tensor[tensor.op + '\n' + tensor.slot].push_back(i);
  }
  for (const auto& [key, same] : by_tensor) {
    if (same.size() < 2) continue;
    std::vector<std::string> steps;
    for (const size_t i : same) {
      const std::string& step = sides.pairs[i].step;
      steps.push_back(step.empty() ? folder_text(sides.run.tensors[sides.pairs[i].run]) : step);
    }
    const std::string why = fmt::format(
        "ambiguous: the run has this tensor for {}, the golden run has one ({}) that states no "
        "such thing; name the folder of one of them",
        fmt::join(steps, " and "), sides.golden.files[sides.golden.tensors[golden].file].path);
    for (const size_t i : same) {
      if (sides.pairs[i].refusal.empty()) sides.pairs[i].refusal = why;
    }
  }
}

void refuse_names(const Sides& sides, uint32_t golden, const std::vector<size_t>& pairs) {
  const Tensor& tensor = sides.golden.tensors[golden];
  std::set<std::string> names;
  for (const size_t i : pairs) {
    if (sides.pairs[i].paired_by != "mapping") names.insert(sides.wanted[i]);
  }
  if (sides.guide.onnx != nullptr) {
    for (const std::string& name : sides.guide.onnx->names_like(tensor.op)) names.insert(name);
  }
  const std::string written = sanitised(tensor.op);
  std::erase_if(names, [&](const std::string& name) { return sanitised(name) != written; });
  if (names.size() < 2) return;
  for (const size_t i : pairs) {
    const bool exact = sides.wanted[i] == tensor.op && !tensor.sanitised;
    if (exact || !sides.pairs[i].refusal.empty() || sides.pairs[i].paired_by == "mapping") continue;
    sides.pairs[i].refusal =
        fmt::format("ambiguous: {} may stand for {}; name the pair in a mapping file", tensor.op,
                    fmt::join(names, " or "));
  }
}

}  // namespace

void refuse_shared(const Side& run, const Side& golden, const PairingGuide& guide,
                   const std::vector<std::string>& wanted, std::vector<PairPlan>& pairs) {
  const Sides sides{run, golden, guide, wanted, pairs};
  std::map<uint32_t, std::vector<size_t>> claims;
  for (size_t i = 0; i < pairs.size(); ++i) claims[pairs[i].golden].push_back(i);
  for (const auto& [each, claiming] : claims) {
    refuse_names(sides, each, claiming);
    if (claiming.size() > 1) refuse_steps(sides, each, claiming);
  }
}

}  // namespace omscope::compare
