#include "omscope/compare/advice.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "omscope/compare/names.h"
#include "omscope/core/text.h"

namespace omscope::compare {
namespace {

/// Tensors of the network that ops of the model make or read.
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

}  // namespace

std::string advise(const Result& result, const Side& run, const Side& golden,
                   const PairingGuide& guide) {
  if (!run.is_folder() && !golden.is_folder()) {
    return "name the pairs in a file for --mapping";
  }
  if (guide.model == nullptr) {
    if (run.is_folder() && golden.is_folder() && run.files.size() == 1 &&
        golden.files.size() == 1) {
      return "name the two files, which belong together then, or the pairs in a file for --mapping";
    }
    if (is_dumps(run)) return "give --model, the model that ran, which tells what belongs together";
    if (is_dumps(golden)) return "RUN and GOLDEN may be the wrong way round";
    return "name the pairs in a file for --mapping";
  }
  const size_t of_run = known_to(*guide.model, run);
  if (of_run < known_to(*guide.model, golden)) {
    return "RUN and GOLDEN may be the wrong way round: the ops of --model are those of GOLDEN";
  }
  if (of_run == 0) return "check --model: it has none of the run's ops";
  const auto not_dumped = static_cast<size_t>(
      std::count_if(result.unpaired_golden.begin(), result.unpaired_golden.end(),
                    [](const Unpaired& each) { return each.absence == Absence::kNotDumped; }));
  if (2 * not_dumped > result.summary.missing) return "the run has no dumps of the others";
  return "give --onnx, the model that golden is of, or name the pairs in a file for --mapping";
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
