#include "omscope/compare/save_baseline.h"

#include <algorithm>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "omscope/compare/align.h"
#include "omscope/compare/baseline.h"
#include "omscope/core/replace_file.h"
#include "omscope/core/text.h"
#include "omscope/formats/dump/name_parts.h"
#include "omscope/tensor/decode.h"

namespace omscope::compare {
namespace {

using tensorfile::BaselineTensor;

bool wanted(const Tensor& tensor, const std::vector<std::string>& filters) {
  if (!tensor.set_aside.empty()) return false;
  return filters.empty() ||
         std::any_of(filters.begin(), filters.end(),
                     [&](const std::string& glob) { return glob_match(glob, tensor.op); });
}

struct Kept {
  std::optional<BaselineTensor> tensor;
  std::string fault;
};

Kept keep_one(const Side& side, const Tensor& tensor, const BaselineOptions& options) {
  Kept out;
  const auto file = open_file(side.files[tensor.file]);
  if (!file || tensor.index >= file->tensors.size()) {
    out.fault = "the file cannot be opened any more";
    return out;
  }
  const ir::StoredTensor& stored = file->tensors[tensor.index];
  if (!tensor::can_decode(stored.dtype)) {
    out.fault = "its elements have no rule as numbers";
    return out;
  }
  const Alignment alignment = align_one(stored);
  if (!alignment.sides) {
    out.fault = alignment.reason;
    return out;
  }
  const Aligned& sides = *alignment.sides;
  out.tensor = keep(sides.run, sides.shape, options);
  if (!out.tensor) {
    out.fault = "its elements cannot be read";
    return out;
  }
  out.tensor->op = tensor.op;
  out.tensor->op_type = tensor.op_type;
  out.tensor->tensor = tensor.slot.empty() ? "output:0" : tensor.slot;
  out.tensor->step = step_of_place(tensor.place);
  out.tensor->file = side.files[tensor.file].path;
  out.tensor->layout = sides.axes;
  return out;
}

}  // namespace

std::string step_of_place(const ir::RunPlace& place) {
  std::string out;
  if (place.step) out = fmt::format("step {}", *place.step);
  if (place.rank) out += fmt::format("{}rank {}", out.empty() ? "" : ", ", *place.rank);
  return out;
}

ir::RunPlace place_of_step(const std::string& step) {
  ir::RunPlace place;
  for (std::string_view part : split(step, ',')) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    const size_t space = part.find(' ');
    if (space == std::string_view::npos) continue;
    const auto number = dump::number_in(part.substr(space + 1));
    if (part.starts_with("step ")) place.step = number;
    if (part.starts_with("rank ")) place.rank = number;
  }
  return place;
}

void save_baseline(const Side& golden, const std::vector<std::string>& filters,
                   const std::string& path, Problems& problems) {
  if (golden.baseline) {
    problems.add({Severity::kError, Code::kBadUsage, path, std::nullopt, "--save-baseline",
                  "GOLDEN is a baseline already; copy it"});
    return;
  }
  std::vector<const Tensor*> tensors;
  for (const Tensor& tensor : golden.tensors) {
    if (wanted(tensor, filters)) tensors.push_back(&tensor);
  }
  const BaselineOptions options;
  std::vector<Kept> kept(tensors.size());
  tbb::parallel_for(size_t{0}, tensors.size(),
                    [&](size_t i) { kept[i] = keep_one(golden, *tensors[i], options); });
  tensorfile::BaselineFile file;
  file.seed = options.seed;
  file.most_values = options.values;
  for (size_t i = 0; i < kept.size(); ++i) {
    if (kept[i].tensor) {
      file.tensors.push_back(std::move(*kept[i].tensor));
    } else {
      problems.add({Severity::kWarning, Code::kBadValue, golden.files[tensors[i]->file].path,
                    std::nullopt, label(*tensors[i]), "is not in the baseline: " + kept[i].fault});
    }
  }
  if (is_same_file(path, golden.path)) {
    problems.add({Severity::kError, Code::kCannotWrite, path, std::nullopt, "",
                  "is an input of this run; give the baseline another name"});
    return;
  }
  const auto written = replace_file(
      path, Links::kFollow, [&](std::ostream& out) { tensorfile::write_baseline(out, file); });
  if (!written) problems.add(written.error());
}

}  // namespace omscope::compare
