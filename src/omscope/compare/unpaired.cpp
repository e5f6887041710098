#include "omscope/compare/unpaired.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/compare/names.h"

namespace omscope::compare {
namespace {

bool is_origin_of(const MapOutput& output, const std::string& op, uint32_t index) {
  return output.origin && output.origin->index == index &&
         sanitised(output.origin->op) == sanitised(op);
}

/// Whether the whole model gives this tensor to its user.
bool is_output(const Tensor& tensor, const Candidates& names, const PairingGuide& guide) {
  if (tensor.test_data && tensor.slot.starts_with("output:")) return true;
  if (names.is_model_output) return true;
  if (guide.model == nullptr) return false;
  for (const Place& place : guide.model->model_outputs()) {
    if (place.op == kNoOp || place.index >= guide.model->ops()[place.op].outputs.size()) continue;
    const MapOutput& output = guide.model->ops()[place.op].outputs[place.index];
    for (const Candidate& name : names.list) {
      const auto index = slot_index(name.slot, "output");
      if (index && is_origin_of(output, name.op, *index)) return true;
    }
  }
  return false;
}

/// Nothing of the run is paired with it, although op `made` of the model makes it as its `output`.
void say_not_there(const Side& golden, const Taken& taken, const MapOp& op, Place made,
                   const char* whose, Alone& out) {
  if (const PairPlan* plan = taken.find(made.op, made.index)) {
    out.reason = fmt::format("the run's tensor of {}, {}, is paired with {} (by {})", op.name,
                             whose, golden.tensors[plan->golden].op, plan->paired_by);
    out.group = fmt::format("the run's tensor, {}, is paired with another", whose);
    return;
  }
  out.absence = Absence::kNotDumped;
  out.reason = fmt::format("the run has no dump of {}, {}", op.name, whose);
}

/// Why the run of `model` has no `name`; false: the model knows no such tensor.
bool say_by_model(const Side& golden, const ModelMap& model, const Candidate& name,
                  const Taken& taken, Alone& out) {
  const auto index = slot_index(name.slot, "output");
  const uint32_t made = index ? model.made_from(name.op) : kNoOp;
  if (made == kNoOp) {
    // Dumped by the device that ran this model, and not a layer of the source model.
    const uint32_t same_name = model.find(name.op);
    if (same_name == kNoOp) return false;
    const MapOp& op = model.ops()[same_name];
    if (op.is_input || op.is_constant) {
      out.absence = Absence::kByDesign;
      out.reason = "is an input or a constant of the model, which runs do not dump";
      return true;
    }
    out.group = "the run has no dump of it, which the model has";
    say_not_there(golden, taken, op, {same_name, index.value_or(kNoOp)}, "which the model has",
                  out);
    return true;
  }
  const MapOp& op = model.ops()[made];
  for (uint32_t i = 0; i < op.outputs.size(); ++i) {
    if (!is_origin_of(op.outputs[i], name.op, *index)) continue;
    out.group = "the run has no dump of the op that makes it";
    say_not_there(golden, taken, op, {made, i}, "which makes it", out);
    return true;
  }
  out.absence = Absence::kByDesign;
  out.reason = fmt::format("was fused into {}; its own output does not exist in the run", op.name);
  out.group = "was fused into another op; its own output does not exist in the run";
  return true;
}

void say_why(const Side& golden, const Tensor& tensor, const Candidates& names,
             const PairingGuide& guide, const Taken& taken, Alone& out) {
  if (guide.model != nullptr) {
    for (const Candidate& name : names.list) {
      if (say_by_model(golden, *guide.model, name, taken, out)) return;
    }
    out.reason = "the model has no op that was made from it";
    return;
  }
  if (tensor.test_data && tensor.slot.starts_with("input:")) {
    out.absence = Absence::kByDesign;
    out.reason = "is an input of the model, which the run did not dump";
    return;
  }
  out.reason = "no tensor of the run has this name";
}

void say_missing(Alone& out) {
  if (!out.is_model_output) return;
  out.reason = "an output of the model is missing: " + out.reason;
  out.group.clear();
}

}  // namespace

Taken::Taken(const Side& run, const std::vector<PairPlan>& pairs) {
  for (const PairPlan& plan : pairs) {
    if (plan.op == kNoOp) continue;
    const std::string& slot = run.tensors[plan.run].slot;
    const auto output = slot_index(slot.empty() ? "output:0" : slot, "output");
    if (output) plans_.try_emplace({plan.op, *output}, &plan);
  }
}

const PairPlan* Taken::find(uint32_t op, uint32_t output) const {
  const auto found = plans_.find({op, output});
  return found == plans_.end() ? nullptr : found->second;
}

Alone explain_run(uint32_t tensor, const Candidates& candidates, const PairingGuide& guide) {
  Alone out{tensor, candidates.none, candidates.is_model_output, "", Absence::kByDesign};
  if (!out.reason.empty()) return out;
  out.absence = Absence::kNoName;
  if (!candidates.ambiguous.empty()) {
    out.reason = candidates.ambiguous;
    return out;
  }
  std::vector<std::string> wanted;
  for (const Candidate& each : candidates.list) {
    const std::string name = each.slot == "output:0" ? each.op : each.op + " " + each.slot;
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) wanted.push_back(name);
  }
  constexpr size_t kMost = 3;
  if (wanted.size() > kMost) wanted.resize(kMost);
  const bool unknown = guide.model != nullptr && candidates.op == kNoOp;
  out.reason = fmt::format("no golden tensor is called {}{}", fmt::join(wanted, " or "),
                           unknown ? ", and the model has no such op" : "");
  out.group = fmt::format("no golden tensor has its name{}",
                          unknown ? ", and the model has no such op" : "");
  return out;
}

Alone explain_golden(const Side& golden, uint32_t tensor, const PairingGuide& guide,
                     const Taken& taken) {
  const Tensor& each = golden.tensors[tensor];
  Alone out{tensor, each.set_aside, false, "", Absence::kByDesign};
  if (!out.reason.empty()) return out;
  out.absence = Absence::kNoName;
  const PairingGuide names_only{nullptr, guide.onnx, {}};
  const Candidates names = candidates_of(each, names_only);
  out.is_model_output = is_output(each, names, guide);
  say_why(golden, each, names, guide, taken, out);
  say_missing(out);
  return out;
}

void say_not_of(const std::string& label, Alone& out) {
  out.absence = Absence::kNotDumped;
  out.reason = fmt::format("the run has this tensor, but not of {}", label);
  out.group = "the run has it, but not of this step, rank or device";
  say_missing(out);
}

}  // namespace omscope::compare
