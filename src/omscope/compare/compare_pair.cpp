#include "omscope/compare/compare_pair.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "omscope/compare/baseline.h"
#include "omscope/compare/compare_recorded.h"
#include "omscope/compare/elements.h"
#include "omscope/compare/measure_pair.h"
#include "omscope/compare/names.h"
#include "omscope/compare/pairing_candidates.h"
#include "omscope/compare/verdict.h"
#include "omscope/core/text.h"
#include "omscope/numeric/census.h"
#include "omscope/tensor/decode.h"

namespace omscope::compare {
namespace {

/// The origin that the model states for a tensor of the run.
OriginHint hint_of(const PairPlan& plan, const std::string& slot, const ModelMap* model) {
  OriginHint hint;
  if (model == nullptr || model->is_onnx() || plan.op == kNoOp) return hint;
  const MapOp& op = model->ops()[plan.op];
  Place place{plan.op, slot_index(slot.empty() ? "output:0" : slot, "output").value_or(0)};
  if (const auto input = slot_index(slot, "input")) {
    if (*input >= op.inputs.size()) return hint;
    place = op.inputs[*input];
  }
  if (place.op == kNoOp || place.index >= model->ops()[place.op].outputs.size()) return hint;
  const ir::TensorType* type = model->ops()[place.op].outputs[place.index].type;
  if (type == nullptr || !type->has_origin_shape || ir::is_dynamic(type->origin_shape)) return hint;
  hint.shape.assign(type->origin_shape.begin(), type->origin_shape.end());
  hint.layout = type->origin_format;
  hint.known = true;
  return hint;
}

/// What the model computed the tensor in, where that is coarser than what it is stored in.
DType computed_in(const PairPlan& plan, const std::string& slot, const ModelMap* model, DType own) {
  if (model == nullptr || plan.op == kNoOp) return own;
  if (own != DType::kFloat32 && own != DType::kFloat64) return own;
  const MapOp* op = &model->ops()[plan.op];
  if (const auto input = slot_index(slot, "input")) {
    if (*input >= op->inputs.size() || op->inputs[*input].op == kNoOp) return own;
    op = &model->ops()[op->inputs[*input].op];
  }
  return op->coarsest == DType::kUndefined ? own : numeric::lower_precision(own, op->coarsest);
}

/// `dtype` judges the pair, `stored` is the lower of both sides.
Subject subject_of(const Pair& pair, const Tensor& golden, const PairPlan& plan, DType dtype,
                   DType stored) {
  Subject subject;
  subject.op = pair.op;
  subject.golden_op = golden.op;
  subject.tensor = pair.tensor;
  subject.op_type = pair.op_type;
  subject.dtype = dtype;
  subject.quantised = plan.quantised;
  subject.stored = stored;
  return subject;
}

bool equal_bytes(ByteView a, ByteView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

/// Elements without a rule as numbers: texts, unknown types. Equal bytes are equal all the same;
/// texts are not among them, but files that are equal hold equal texts.
void compare_bytes(const ir::TensorFile& run_file, const ir::StoredTensor& run,
                   const ir::TensorFile& golden_file, const ir::StoredTensor& golden, Pair& pair) {
  const bool complete = run.payload == ir::Payload::kComplete &&
                        golden.payload == ir::Payload::kComplete && run.dtype == golden.dtype &&
                        run.shape == golden.shape;
  const bool equal = complete && (golden.bytes.empty() ? run.name == golden.name &&
                                                             equal_bytes(run_file.file->bytes(),
                                                                         golden_file.file->bytes())
                                                       : equal_bytes(run.bytes, golden.bytes));
  if (!equal) {
    return refuse(pair, fmt::format("elements of {} have no rule as numbers",
                                    run.dtype == DType::kUndefined ? "an unknown type"
                                                                   : to_string(run.dtype)));
  }
  pair.status = Status::kPass;
  pair.reason = "equal byte for byte";
  pair.pattern.pattern = numeric::Pattern::kEqual;
}

/// Integers of a quantised network against floats: they differ by a scale that is not known here.
bool scales_differ(const ir::StoredTensor& run, const ir::StoredTensor& golden) {
  return tensor::is_integer(run.dtype) && !tensor::is_integer(golden.dtype) &&
         golden.dtype != DType::kBool;
}

/// Shapes that are not the same tensor's fail, whatever the number of elements; nothing was
/// measured.
void refuse(Pair& pair, Alignment alignment) {
  if (!alignment.shapes_differ) return refuse(pair, std::move(alignment.reason));
  pair.status = Status::kFail;
  if (alignment.transposed) pair.pattern = {numeric::Pattern::kTransposed, alignment.reason};
  pair.reason = std::move(alignment.reason);
}

void refuse_damaged(const ir::StoredTensor& tensor, bool is_run, Pair& pair) {
  pair.damaged = is_run ? pair.run.file : pair.golden.file;
  refuse(pair, fmt::format("{}: the CRC-32 of {} in the archive does not fit its bytes",
                           is_run ? "run" : "golden", for_terminal(tensor.name)));
}

}  // namespace

void compare_pair(const PairPlan& plan, const PairContext& context, Pair& pair) {
  const Tensor& run_tensor = context.run.tensors[plan.run];
  const Tensor& golden_tensor = context.golden.tensors[plan.golden];
  const DType lower = numeric::lower_precision(run_tensor.header.dtype, golden_tensor.header.dtype);
  if (const Ignore* ignore =
          context.policy.ignored(subject_of(pair, golden_tensor, plan, lower, lower))) {
    refuse(pair, "ignored: " + ignore->reason);
    pair.ignored = true;
    return;
  }
  if (!plan.refusal.empty()) return refuse(pair, plan.refusal);
  if (context.run.baseline) return refuse(pair, "run is a baseline; give it as GOLDEN");
  const auto run_file = open_file(context.run.files[run_tensor.file]);
  const auto golden_file = open_file(context.golden.files[golden_tensor.file]);
  if (!run_file || run_tensor.index >= run_file->tensors.size()) {
    return refuse(pair, "run: the file cannot be opened any more");
  }
  if (!golden_file || golden_tensor.index >= golden_file->tensors.size()) {
    return refuse(pair, "golden: the file cannot be opened any more");
  }
  const ir::StoredTensor& run = run_file->tensors[run_tensor.index];
  const ir::StoredTensor& golden = golden_file->tensors[golden_tensor.index];
  if (plan.quantised && scales_differ(run, golden)) {
    return refuse(pair, "is inside of a quantised span: integers stand for floats times a scale");
  }
  if (context.golden.baseline) {
    if (!ir::is_as_stored(run)) return refuse_damaged(run, true, pair);
    const auto& kept = context.golden.baseline->tensors[golden_tensor.index];
    Alignment alone =
        align_to(run, hint_of(plan, run_tensor.slot, context.model), golden.shape, golden.format);
    if (!alone.sides) return refuse(pair, std::move(alone));
    pair.shape = golden.shape;
    measure_kept(*alone.sides, kept, subject_of(pair, golden_tensor, plan, lower, lower), context,
                 pair);
    add_note(pair, alone.sides->note);
    return;
  }
  if (is_recorded_only(run) && is_recorded_only(golden)) {
    pair.thresholds =
        context.policy.thresholds(subject_of(pair, golden_tensor, plan, lower, lower));
    if (pair.thresholds.atol_scaled) scale_atol(pair.thresholds, recorded_rms(golden));
    return compare_recorded(run, golden, pair.thresholds, pair);
  }
  for (const auto* each : {&run, &golden}) {
    if (!ir::is_as_stored(*each)) return refuse_damaged(*each, each == &run, pair);
  }
  if (!tensor::can_decode(run.dtype) || !tensor::can_decode(golden.dtype)) {
    return compare_bytes(*run_file, run, *golden_file, golden, pair);
  }
  Alignment alignment = align(run, golden, hint_of(plan, run_tensor.slot, context.model));
  if (!alignment.sides) return refuse(pair, std::move(alignment));
  Aligned& sides = *alignment.sides;
  pair.shape = sides.shape;
  const Sample sample = take_sample(sides.run, sides.golden, sides.count);
  const DType judge_by = computed_in(plan, run_tensor.slot, context.model,
                                     judging_dtype(run.dtype, golden.dtype, sample));
  measure(sides, subject_of(pair, golden_tensor, plan, judge_by, lower), context, sample, pair);
  note_judging(lower, pair);
  add_note(pair, sides.note);
  add_note(pair, plan.note);
}

}  // namespace omscope::compare
