#include "omscope/compare/save_baseline.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "omscope/compare/align.h"
#include "omscope/core/replace_file.h"
#include "omscope/core/text.h"
#include "omscope/tensor/decode.h"

namespace omscope::compare {
namespace {

using tensorfile::BaselineTensor;

std::string text_of(const std::optional<int64_t>& number) {
  return number ? std::to_string(*number) : std::string();
}

/// The layout that has these letters, for those whose axes have names.
std::string layout_of(const Aligned& sides) {
  const bool named = sides.axes.size() == sides.shape.size() && sides.axes.size() > 3;
  return named ? sides.axes : std::string();
}

void add_names(const Side& side, const Tensor& tensor, BaselineTensor& out) {
  out.op = tensor.op;
  out.op_type = tensor.op_type;
  out.tensor = tensor.slot;
  // Where the side lies on this machine is no business of those who get the file.
  out.file = std::filesystem::path(side.files[tensor.file].path).filename().string();
  out.folder = tensor.folder;
  out.model = tensor.place.model;
  out.step = text_of(tensor.place.step);
  out.rank = text_of(tensor.place.rank);
  out.device = text_of(tensor.place.device);
  out.from_file_name = tensor.sanitised;
  out.test_data = tensor.test_data;
}

struct Kept {
  std::optional<BaselineTensor> tensor;
  std::string why_not;
  bool damaged = false;
};

Kept keep_one(const Side& side, const Tensor& tensor, const BaselineOptions& options) {
  const auto file = open_file(side.files[tensor.file]);
  if (!file || tensor.index >= file->tensors.size()) return {{}, "its file cannot be opened"};
  const ir::StoredTensor& stored = file->tensors[tensor.index];
  if (!ir::is_as_stored(stored))
    return {{}, "the CRC-32 of the archive does not fit its bytes", true};
  if (!tensor::can_decode(stored.dtype)) return {{}, "its elements have no rule as numbers"};
  const Alignment alignment = align_alone(stored, {});
  if (!alignment.sides) return {{}, alignment.reason};
  auto kept = keep(alignment.sides->run, alignment.sides->shape, options);
  if (!kept) return {{}, "its elements are not all there"};
  kept->layout = layout_of(*alignment.sides);
  add_names(side, tensor, *kept);
  return {std::move(kept), {}};
}

}  // namespace

Baseline make_baseline(const Side& golden, const BaselineOptions& options, Problems& problems) {
  Baseline baseline;
  baseline.seed = options.seed;
  baseline.most_values = options.values;
  if (golden.baseline) {
    problems.error(Code::kBadUsage, std::nullopt, "--save-baseline",
                   "golden is a baseline already; give the golden run itself");
    return baseline;
  }
  std::vector<Kept> kept(golden.tensors.size());
  tbb::parallel_for(size_t{0}, kept.size(), [&](size_t i) {
    if (golden.tensors[i].set_aside.empty()) kept[i] = keep_one(golden, golden.tensors[i], options);
  });
  if (std::any_of(kept.begin(), kept.end(), [](const Kept& each) { return each.damaged; })) {
    problems.error(Code::kCannotWrite, std::nullopt, "--save-baseline",
                   std::string(kGoldenDamaged));
    return baseline;
  }
  for (size_t i = 0; i < kept.size(); ++i) {
    if (kept[i].tensor) {
      baseline.tensors.push_back(std::move(*kept[i].tensor));
    } else if (!kept[i].why_not.empty()) {
      problems.warning(Code::kBadValue, std::nullopt, for_terminal(label(golden.tensors[i])),
                       "is not in the baseline: " + kept[i].why_not);
    }
  }
  if (baseline.tensors.empty()) {
    problems.error(Code::kBadUsage, std::nullopt, "--save-baseline",
                   "no tensor of golden can be kept; nothing was saved");
  }
  return baseline;
}

omscope::Result<Done> save_baseline(const std::string& path, const Baseline& baseline) {
  return replace_file(path, Links::kFollow,
                      [&](std::ostream& out) { tensorfile::write_baseline(out, baseline); });
}

}  // namespace omscope::compare
