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

void say_why(const Tensor& tensor, const Candidates& names, const PairingGuide& guide, Alone& out) {
  if (guide.model != nullptr) {
    for (const Candidate& name : names.list) {
      const auto index = slot_index(name.slot, "output");
      const uint32_t made = index ? guide.model->made_from(name.op) : kNoOp;
      if (made == kNoOp) {
        // Dumped by the device that ran this model, and not a layer of the source model.
        const uint32_t same_name = guide.model->find(name.op);
        if (same_name == kNoOp) continue;
        const MapOp& op = guide.model->ops()[same_name];
        if (op.is_input || op.is_constant) {
          out.absence = Absence::kByDesign;
          out.reason = "is an input or a constant of the model, which runs do not dump";
          return;
        }
        out.absence = Absence::kNotDumped;
        out.reason = fmt::format("the run has no dump of {}, which the model has", name.op);
        out.group = "the run has no dump of it, which the model has";
        return;
      }
      const MapOp& op = guide.model->ops()[made];
      const bool there = std::any_of(op.outputs.begin(), op.outputs.end(), [&](const auto& each) {
        return is_origin_of(each, name.op, *index);
      });
      if (there) {
        out.absence = Absence::kNotDumped;
        out.reason = fmt::format("the run has no dump of {}, which makes it", op.name);
        out.group = "the run has no dump of the op that makes it";
      } else {
        out.absence = Absence::kByDesign;
        out.reason =
            fmt::format("was fused into {}; its own output does not exist in the run", op.name);
        out.group = "was fused into another op; its own output does not exist in the run";
      }
      return;
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

}  // namespace

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

Alone explain_golden(const Side& golden, uint32_t tensor, const PairingGuide& guide) {
  const Tensor& each = golden.tensors[tensor];
  Alone out{tensor, each.set_aside, false, "", Absence::kByDesign};
  if (!out.reason.empty()) return out;
  out.absence = Absence::kNoName;
  const PairingGuide names_only{nullptr, guide.onnx, {}};
  const Candidates names = candidates_of(each, names_only);
  out.is_model_output = is_output(each, names, guide);
  say_why(each, names, guide, out);
  if (out.is_model_output) {
    out.reason = "an output of the model is missing: " + out.reason;
    out.group.clear();
  }
  return out;
}

}  // namespace omscope::compare
