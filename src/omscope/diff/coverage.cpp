// ONNX against a compiled model: which nodes the compiled ops carry out.
#include <unordered_set>

#include "omscope/core/text.h"
#include "omscope/diff/differences.h"

namespace omscope::diff {
namespace {

/// Names that compiled ops say they carry out, their own, and those in their descriptors.
std::unordered_set<std::string_view> carried_out(const Network& network) {
  std::unordered_set<std::string_view> names;
  for (const Node& node : network.nodes()) {
    if (node.op == nullptr) continue;
    for (const std::string_view name : node.op->origin_ops) names.insert(name);
    names.insert(node.name);
    for (const std::string_view name : node.origins) names.insert(name);
    for (const ir::TensorType* output : node.op->outputs) {
      names.insert(ir::get_text(output->attrs, "_datadump_origin_name"));
      names.insert(ir::get_text(output->attrs, "_fusion_origin_name"));
    }
  }
  names.erase(std::string_view());
  return names;
}

/// Nodes whose results are known when the model is built: made of constants and shapes alone.
std::vector<bool> known_at_build_time(const Network& network) {
  std::vector<bool> known(network.size());
  std::vector<uint32_t> open(network.size());
  std::vector<uint32_t> ready;
  for (uint32_t i = 0; i < network.size(); ++i) {
    for (const Edge& edge : network.edges(i)) open[i] += edge.node != kNone ? 1 : 0;
    const Role role = network.role(i);
    const bool constant = role == Role::kConstant || reads_only_shapes(network[i].type) ||
                          (open[i] == 0 && role == Role::kCompute);
    if (constant) ready.push_back(i);
    if (constant) known[i] = true;
  }
  while (!ready.empty()) {
    const uint32_t node = ready.back();
    ready.pop_back();
    for (const Use& use : network.uses(node)) {
      if (known[use.node] || network.role(use.node) == Role::kOutput) continue;
      if (--open[use.node] != 0) continue;
      known[use.node] = true;
      ready.push_back(use.node);
    }
  }
  return known;
}

}  // namespace

void compare_coverage(Comparison& c) {
  const bool a_is_onnx = c.a.kind == Kind::kOnnx;
  if (a_is_onnx == (c.b.kind == Kind::kOnnx) || c.same_family) return;
  const Network& onnx = a_is_onnx ? c.matching.a : c.matching.b;
  const Network& compiled = a_is_onnx ? c.matching.b : c.matching.a;
  const auto names = carried_out(compiled);
  const std::vector<bool> known = known_at_build_time(onnx);
  Coverage coverage;
  for (uint32_t i = 0; i < onnx.size(); ++i) {
    const Node& node = onnx[i];
    if (node.op == nullptr) continue;
    ++coverage.onnx_nodes;
    const bool matched = a_is_onnx ? !c.matching.free_a(i) : !c.matching.free_b(i);
    const uint32_t group = a_is_onnx ? c.matching.of_a(i) : c.matching.of_b(i);
    const bool recorded = matched && c.matching.groups()[group].how <= How::kNormalised;
    const bool constant = node.role == Role::kConstant;
    if (!constant && (recorded || names.count(node.name) != 0)) {
      ++coverage.covered;
    } else if (constant || known[i] || is_seen_through(node.role)) {
      coverage.folded.push_back(as_utf8(onnx.label(i)));
    } else if (!matched) {
      coverage.missing.push_back(as_utf8(onnx.label(i)));
    }
    if (constant || matched) continue;
    const std::string why = names.count(node.name) != 0 ? "carried out inside of another op"
                            : known[i]                  ? "computed when the model was built"
                            : is_seen_through(node.role)
                                ? "only changes shape or layout"
                                : "no op of the other model carries it out";
    (a_is_onnx ? c.result.unmatched_a : c.result.unmatched_b).push_back({onnx.label(i), why});
  }
  if (!coverage.missing.empty()) {
    const std::string count = counted(coverage.missing.size(), "node");
    std::string first = coverage.missing.front();
    c.add(Severity::kError, Class::kStructure, "ONNX nodes", a_is_onnx ? count : "none",
          a_is_onnx ? "none" : count, "no compiled op carries them out, the first is " + first);
  }
  c.result.coverage = std::move(coverage);
}

}  // namespace omscope::diff
