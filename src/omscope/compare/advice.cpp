#include "omscope/compare/advice.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "omscope/compare/names.h"
#include "omscope/core/text.h"

namespace omscope::compare {
namespace {

/// Tensors of the network.
size_t count_compared(const Side& side) {
  return static_cast<size_t>(
      std::count_if(side.tensors.begin(), side.tensors.end(),
                    [](const Tensor& tensor) { return tensor.set_aside.empty(); }));
}

/// Those of them that ops of the model make or read.
size_t known_to(const ModelMap& model, const Side& side) {
  return static_cast<size_t>(
      std::count_if(side.tensors.begin(), side.tensors.end(), [&](const Tensor& tensor) {
        return tensor.set_aside.empty() &&
               (model.find(tensor.op) != kNoOp || model.find_value(tensor.op).op != kNoOp);
      }));
}

/// Names as files write them.
std::unordered_set<std::string> names_of(const Side& side) {
  std::unordered_set<std::string> names;
  for (const Tensor& tensor : side.tensors) names.insert(sanitised(tensor.op));
  return names;
}

bool is_dumps(const Side& side) {
  return std::any_of(side.tensors.begin(), side.tensors.end(),
                     [](const Tensor& tensor) { return !tensor.place.op_type.empty(); });
}

void warn_of_model(const std::string& path, const char* option, const ModelMap& model,
                   const Side& run, const Side& golden, Result& result) {
  if (known_to(model, run) + known_to(model, golden) > 0) return;
  result.problems.add({Severity::kWarning, Code::kBadUsage, path, std::nullopt, option,
                       "has no op of any tensor that is compared; check which model ran"});
}

void warn_of_mapping(const std::string& path, const Side& run, const Side& golden,
                     const PairingGuide& guide, Result& result) {
  // "op" and "op\nslot" of the run's tensors that the file gave a partner.
  std::unordered_set<std::string> used;
  for (const Pair& pair : result.pairs) {
    if (pair.paired_by != "mapping") continue;
    const std::string name = sanitised(pair.op);
    used.insert(name);
    used.insert(name + '\n' + pair.tensor);
  }
  const auto in_run = names_of(run);
  const auto in_golden = names_of(golden);
  for (const NamePair& each : guide.mapping) {
    const std::string name = sanitised(each.run.op);
    if (used.count(each.run.slot.empty() ? name : name + '\n' + each.run.slot) != 0) continue;
    const bool no_run = in_run.count(name) == 0;
    const bool no_golden = in_golden.count(sanitised(each.golden.op)) == 0;
    std::string why = no_run      ? fmt::format("the run has no tensor of {}", each.run.op)
                      : no_golden ? fmt::format("golden has no tensor of {}", each.golden.op)
                                  : "no two of their tensors belong together";
    result.problems.add({Severity::kWarning, Code::kBadUsage, path, std::nullopt,
                         fmt::format("line {}", each.line), "pairs nothing: " + for_terminal(why)});
  }
}

bool mostly_not_dumped(const Result& result) {
  const auto count = static_cast<size_t>(
      std::count_if(result.unpaired_golden.begin(), result.unpaired_golden.end(),
                    [](const Unpaired& each) { return each.absence == Absence::kNotDumped; }));
  return 2 * count > result.summary.missing;
}

/// Why no tensor of a side is one that could be compared; empty: some are.
std::string why_none_counts(const Side& side, std::string_view whose) {
  if (side.tensors.empty() || count_compared(side) > 0) return {};
  const std::string& first = side.tensors.front().set_aside;
  if (side.tensors.size() == 1) return fmt::format("the only tensor of {} {}", whose, first);
  const bool same = std::all_of(side.tensors.begin(), side.tensors.end(),
                                [&](const Tensor& tensor) { return tensor.set_aside == first; });
  return fmt::format("none of the {} of {} can be compared: {} {}",
                     counted(side.tensors.size(), "tensor"), whose, same ? "each" : "the first",
                     first);
}

}  // namespace

std::string advise(const Result& result, const Side& run, const Side& golden,
                   const PairingGuide& guide) {
  if (!run.is_folder() && !golden.is_folder()) {
    return "name the pairs in a file for --mapping";
  }
  const char* not_dumped = "the run has no dumps of the others";
  if (guide.model == nullptr) {
    if (mostly_not_dumped(result)) return not_dumped;
    if (run.is_folder() && golden.is_folder() && run.files.size() == 1 &&
        golden.files.size() == 1) {
      return "name the two files, which belong together then, or the pairs in a file for --mapping";
    }
    if (is_dumps(run)) return "give --model, the model that ran, which tells what belongs together";
    if (is_dumps(golden)) return "RUN and GOLDEN may be the wrong way round";
    return "name the pairs in a file for --mapping";
  }
  const size_t of_run = known_to(*guide.model, run);
  // By shares: one dump may be all there is of a run.
  const size_t of_golden = known_to(*guide.model, golden);
  if (of_run * count_compared(golden) < of_golden * count_compared(run)) {
    return "RUN and GOLDEN may be the wrong way round: the ops of --model are those of GOLDEN";
  }
  if (of_run == 0) return "check --model: it has none of the run's ops";
  if (mostly_not_dumped(result)) return not_dumped;
  return "give --onnx, the model that golden is of, or name the pairs in a file for --mapping";
}

std::string explain_nothing(const Result& result, const Options& options, const Side& run,
                            const Side& golden, const PairingGuide& guide) {
  const Side* empty = run.tensors.empty() ? &run : golden.tensors.empty() ? &golden : nullptr;
  if (empty != nullptr) return fmt::format("{} holds no tensors that could be read", empty->path);
  if (!options.filters.empty()) return "no pair has an op that matches --filter";
  if (std::string why = why_none_counts(run, "the run"); !why.empty()) return why;
  if (std::string why = why_none_counts(golden, "the golden run"); !why.empty()) return why;
  return result.why + "; " + advise(result, run, golden, guide);
}

void warn_of_unused(const Options& options, const Side& run, const Side& golden,
                    const PairingGuide& guide, Result& result) {
  if (run.tensors.empty() || golden.tensors.empty() || !options.filters.empty()) return;
  if (guide.model != nullptr) {
    warn_of_model(options.model, "--model", *guide.model, run, golden, result);
  }
  if (guide.onnx != nullptr) {
    const bool own = !options.onnx.empty();
    warn_of_model(own ? options.onnx : options.model, own ? "--onnx" : "--model", *guide.onnx, run,
                  golden, result);
  }
  warn_of_mapping(options.mapping, run, golden, guide, result);
}

}  // namespace omscope::compare
