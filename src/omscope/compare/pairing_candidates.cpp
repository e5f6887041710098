#include "omscope/compare/pairing_candidates.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/compare/names.h"
#include "omscope/formats/dump/name_parts.h"

namespace omscope::compare {
namespace {

std::string output_slot(uint32_t index) {
  return fmt::format("output:{}", index);
}

void add(Candidates& out, std::string op, std::string slot, const char* how) {
  out.list.push_back({std::move(op), std::move(slot), how, false});
}

void add_mapped(const Tensor& tensor, const PairingGuide& guide, Candidates& out) {
  for (const NamePair& pair : guide.mapping) {
    const bool named = pair.run.op == tensor.op || sanitised(pair.run.op) == sanitised(tensor.op);
    const std::string& slot = tensor.slot.empty() ? "output:0" : tensor.slot;
    if (!named || (!pair.run.slot.empty() && pair.run.slot != slot)) continue;
    add(out, pair.golden.op, pair.golden.slot.empty() ? slot : pair.golden.slot, "mapping");
  }
}

/// The tensor of the source model that `place` of the compiled model equals.
void add_origin(const ModelMap& model, Place place, Candidates& out) {
  if (place.op == kNoOp || place.index >= model.ops()[place.op].outputs.size()) return;
  const MapOp& op = model.ops()[place.op];
  const MapOutput& output = op.outputs[place.index];
  if (op.is_constant && op.origins.empty()) {
    out.none = "is a constant of the model";
  } else if (output.origin) {
    add(out, output.origin->op, output_slot(output.origin->index), "provenance");
  } else {
    out.none = output.no_origin;
  }
  if (output.is_model_output) out.is_model_output = true;
  if (op.quantised_from.empty()) return;
  out.quantised = true;
}

void add_compiled(const Tensor& tensor, const ModelMap& model, Candidates& out) {
  out.op = model.find(tensor.op);
  if (out.op == kNoOp) {
    const auto alike = model.names_like(tensor.op);
    if (alike.size() > 1) {
      out.ambiguous = fmt::format("the file's name may stand for {}", fmt::join(alike, " or "));
    }
    return;
  }
  const MapOp& op = model.ops()[out.op];
  if (const auto k = slot_index(tensor.slot.empty() ? "output:0" : tensor.slot, "output")) {
    if (op.made_by_compiler) out.list.push_back({op.name, output_slot(*k), "name", true});
    add_origin(model, {out.op, *k}, out);
    const bool last = *k < op.outputs.size() && op.outputs[*k].is_model_output;
    out.is_model_output = out.is_model_output || last;
    return;
  }
  const auto k = slot_index(tensor.slot, "input");
  if (!k || *k >= op.inputs.size()) return;
  out.list.push_back({op.name, tensor.slot, "name", true});
  Candidates from;
  add_origin(model, model.source_of(op.inputs[*k]), from);
  for (Candidate& each : from.list) out.list.push_back(std::move(each));
  out.none = from.none;
  out.quantised = from.quantised;
}

/// Names of fused ops are those of their nodes one behind the other: "conv1relu1" is what relu1
/// makes. Finds the last node when the whole name is made of names of nodes.
std::string last_of_fused(const std::string& name, const ModelMap& onnx) {
  constexpr size_t kMostName = 4096;
  const std::string text = sanitised(name);
  if (text.size() > kMostName) return {};
  std::vector<std::string> names;
  for (const MapOp& op : onnx.ops()) {
    if (op.name.size() <= text.size() && !op.name.empty()) names.push_back(sanitised(op.name));
  }
  // last[i]: index + 1 of the node whose name ends the first i characters.
  std::vector<size_t> last(text.size() + 1, 0);
  std::vector<bool> reached(text.size() + 1, false);
  reached[0] = true;
  for (size_t at = 0; at < text.size(); ++at) {
    if (!reached[at]) continue;
    for (size_t i = 0; i < names.size(); ++i) {
      if (text.compare(at, names[i].size(), names[i]) != 0) continue;
      reached[at + names[i].size()] = true;
      last[at + names[i].size()] = i + 1;
    }
  }
  return last[text.size()] == 0 ? std::string() : names[last[text.size()] - 1];
}

void add_onnx(const Tensor& tensor, const PairingGuide& guide, Candidates& out) {
  const ModelMap& onnx = *guide.onnx;
  const bool orders = guide.order() == &onnx;
  Place place = onnx.find_value(tensor.op);
  if (tensor.test_data) {
    const auto in = slot_index(tensor.slot, "input");
    const auto made = slot_index(tensor.slot, "output");
    if (place.op == kNoOp && in && *in < onnx.model_inputs().size()) {
      place = onnx.model_inputs()[*in];
    }
    if (place.op == kNoOp && made && *made < onnx.model_outputs().size()) {
      place = onnx.model_outputs()[*made];
    }
  }
  if (place.op == kNoOp && !tensor.slot.starts_with("input:")) {
    const uint32_t op = onnx.find(tensor.op);
    const auto k = slot_index(tensor.slot.empty() ? "output:0" : tensor.slot, "output");
    if (op != kNoOp && k) place = {op, *k};
  }
  if (place.op == kNoOp && out.op == kNoOp && tensor.slot == "output:0") {
    const std::string last = last_of_fused(tensor.op, onnx);
    if (!last.empty()) place = {onnx.find(last), 0};
  }
  if (place.op == kNoOp || place.index >= onnx.ops()[place.op].outputs.size()) return;
  const MapOp& op = onnx.ops()[place.op];
  add(out, op.name, output_slot(place.index), "onnx names");
  out.is_model_output = out.is_model_output || op.outputs[place.index].is_model_output;
  if (orders && out.op == kNoOp) out.op = place.op;
}

}  // namespace

std::optional<uint32_t> slot_index(const std::string& slot, std::string_view kind) {
  if (!slot.starts_with(kind) || slot.size() <= kind.size() || slot[kind.size()] != ':') {
    return std::nullopt;
  }
  const auto number = dump::number_in(std::string_view(slot).substr(kind.size() + 1));
  constexpr int64_t kMost = 1000000;
  if (!number || *number < 0 || *number > kMost) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

Candidates candidates_of(const Tensor& tensor, const PairingGuide& guide) {
  Candidates out;
  add_mapped(tensor, guide, out);
  // Test data sets agree in their files; names inside of them may be those of other files.
  if (tensor.test_data)
    out.list.push_back({"test data " + tensor.slot, "output:0", "file name", true});
  if (guide.model != nullptr) add_compiled(tensor, *guide.model, out);
  if (!tensor.header.origin_op.empty() && tensor.slot.starts_with("output:")) {
    const int64_t index = std::max<int64_t>(tensor.header.origin_index, 0);
    constexpr int64_t kMost = 1000000;
    add(out, tensor.header.origin_op, output_slot(static_cast<uint32_t>(std::min(index, kMost))),
        "provenance");
  }
  if (guide.onnx != nullptr) add_onnx(tensor, guide, out);
  const std::string slot = tensor.slot.empty() || tensor.test_data ? "output:0" : tensor.slot;
  add(out, tensor.op, slot, "name");
  if (is_quantiser(tensor.op_type)) out.quantised = true;
  return out;
}

}  // namespace omscope::compare
