#include "omscope/diff/folded_batch_norm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "omscope/diff/constant_values.h"
#include "omscope/diff/parameters.h"
#include "omscope/diff/weights.h"

namespace omscope::diff {
namespace {

using Numbers = std::vector<double>;

/// What a constant should hold. `terms`: magnitudes of what was added up for each element, where
/// digits may have cancelled.
struct Expected {
  Numbers values;
  Numbers terms;
};

/// Empty where the values are not known.
Numbers values_of(ConstantValues& constant) {
  Numbers all;
  if (!constant.known()) return all;
  all.reserve(constant.count());
  for (uint64_t first = 0; first < constant.count(); first += ConstantValues::kChunk) {
    const auto chunk = constant.doubles(first);
    all.insert(all.end(), chunk.begin(), chunk.end());
  }
  return all;
}

/// The relative and the absolute step of a type; nothing for types that are no results of folding.
std::optional<std::pair<double, double>> steps_of(DType dtype) {
  switch (dtype) {
    case DType::kFloat16: return std::pair(0x1p-10, 0x1p-24);
    case DType::kBFloat16: return std::pair(0x1p-7, 0.0);
    case DType::kFloat32:
    case DType::kFloat64: return std::pair(0x1p-18, 0.0);
    default: return std::nullopt;
  }
}

bool is_near(const Expected& expected, const Numbers& got, std::pair<double, double> steps) {
  for (size_t i = 0; i < got.size(); ++i) {
    const double terms = expected.terms.empty() ? 0 : expected.terms[i];
    const double most =
        steps.first * std::fabs(expected.values[i]) + 0x1p-18 * terms + steps.second;
    if (!(std::fabs(got[i] - expected.values[i]) <= most)) return false;
  }
  return true;
}

/// Compilers may turn kernels and transpose matrices: in any order, where each is its own sum.
bool agrees(Expected expected, const ir::Tensor& tensor) {
  ConstantValues constant(tensor);
  if (!constant.known()) return false;
  constant.to_logical_order("NCHW");
  const auto steps = steps_of(constant.dtype());
  if (!steps || constant.count() != expected.values.size()) return false;
  Numbers got = values_of(constant);
  if (is_near(expected, got, *steps)) return true;
  if (!expected.terms.empty()) return false;
  std::sort(expected.values.begin(), expected.values.end());
  std::sort(got.begin(), got.end());
  return is_near(expected, got, *steps);
}

class Folding {
 public:
  Folding(const Matching& matching, bool plain_is_a)
      : m_(matching),
        plain_is_a_(plain_is_a),
        plain_(plain_is_a ? matching.a : matching.b),
        compiled_(plain_is_a ? matching.b : matching.a) {}

  FoldedConstants run() {
    for (uint32_t node = 0; node < plain_.size(); ++node) {
      if (plain_[node].type == "BatchNormalization" && plain_[node].op != nullptr) look_at(node);
    }
    return std::move(found_);
  }

 private:
  struct BatchNorm {
    std::array<uint32_t, 4> nodes;
    Numbers scale;  ///< s
    Numbers offset;
    Numbers mean;
  };
  struct Producer {
    uint32_t weights = kNone;
    uint32_t bias = kNone;
    Expected expected;
    Numbers bias_values;
  };

  uint32_t group_of(uint32_t node) const { return plain_is_a_ ? m_.of_a(node) : m_.of_b(node); }

  const ir::Tensor* constant_at(std::span<const Edge> edges, size_t slot) const {
    if (slot >= edges.size() || edges[slot].node == kNone) return nullptr;
    return plain_[edges[slot].node].constant;
  }

  std::optional<BatchNorm> read(uint32_t node) const {
    const auto edges = plain_.wires(node);
    std::array<Numbers, 4> values;
    BatchNorm norm;
    for (size_t i = 0; i < values.size(); ++i) {
      const ir::Tensor* tensor = constant_at(edges, i + 1);
      if (tensor == nullptr) return std::nullopt;
      ConstantValues constant(*tensor);
      values[i] = values_of(constant);
      if (values[i].empty() || values[i].size() != values[0].size()) return std::nullopt;
      norm.nodes[i] = edges[i + 1].node;
    }
    double epsilon = 0;
    for (const Parameter& parameter : parameters_of(*plain_[node].op, "batchnorm", true)) {
      if (parameter.name == "epsilon" && !parameter.values.empty()) epsilon = parameter.values[0];
    }
    norm.scale = std::move(values[0]);
    for (size_t i = 0; i < norm.scale.size(); ++i) {
      norm.scale[i] /= std::sqrt(values[3][i] + epsilon);
    }
    norm.offset = std::move(values[1]);
    norm.mean = std::move(values[2]);
    return norm;
  }

  /// The convolution before it, whose results nothing else reads, with its weights times s.
  std::optional<Producer> producer_of(uint32_t node, const BatchNorm& norm) const {
    const Edge from = plain_.wires(node)[0];
    if (from.node == kNone || group_of(from.node) != group_of(node)) return std::nullopt;
    if (plain_.wire_uses(from.node).size() != 1 || plain_[from.node].op == nullptr) {
      return std::nullopt;
    }
    const auto edges = plain_.wires(from.node);
    const ir::Tensor* weights = constant_at(edges, 1);
    if (weights == nullptr) return std::nullopt;
    Producer producer;
    producer.weights = edges[1].node;
    ConstantValues constant(*weights);
    producer.expected.values = values_of(constant);
    const ir::Op& op = *plain_[from.node].op;
    if (!scale_weights(op, constant.dims(), norm.scale, producer.expected.values)) {
      return std::nullopt;
    }
    if (edges.size() > 2 && edges[2].node != kNone) {
      const ir::Tensor* bias = constant_at(edges, 2);
      if (bias == nullptr) return std::nullopt;
      ConstantValues of_bias(*bias);
      producer.bias = edges[2].node;
      producer.bias_values = values_of(of_bias);
      if (producer.bias_values.size() != norm.scale.size()) return std::nullopt;
    }
    return producer;
  }

  /// Weights of Conv are [output channels, …], of ConvTranspose [input channels, output channels of
  /// a group, …].
  static bool scale_weights(const ir::Op& op, const std::vector<int64_t>& dims,
                            const Numbers& scale, Numbers& values) {
    if (dims.size() < 2 || values.empty()) return false;
    const uint64_t each = values.size() / static_cast<uint64_t>(std::max<int64_t>(dims[0], 1));
    if (op.type == "Conv") {
      if (static_cast<uint64_t>(dims[0]) != scale.size()) return false;
      for (size_t i = 0; i < values.size(); ++i) values[i] *= scale[i / each];
      return true;
    }
    const auto groups = static_cast<uint64_t>(ir::get<int64_t>(op.attrs, "group").value_or(1));
    const auto inputs = static_cast<uint64_t>(dims[0]);
    const auto outputs = static_cast<uint64_t>(dims[1]);
    if (op.type != "ConvTranspose" || groups == 0 || outputs == 0 || inputs % groups != 0 ||
        outputs * groups != scale.size() || each % outputs != 0) {
      return false;
    }
    for (size_t i = 0; i < values.size(); ++i) {
      const uint64_t group = i / each / (inputs / groups);
      values[i] *= scale[group * outputs + i % each / (each / outputs)];
    }
    return true;
  }

  /// Constants of as many values that the compiled ops of the group use.
  std::vector<uint32_t> candidates(const std::vector<uint32_t>& ops, uint64_t count) const {
    std::vector<uint32_t> all;
    for (const uint32_t op : ops) {
      for (const Edge& edge : compiled_.wires(op)) {
        if (edge.node == kNone || compiled_[edge.node].constant == nullptr) continue;
        if (logical_count(*compiled_[edge.node].constant) != count) continue;
        if (std::find(all.begin(), all.end(), edge.node) == all.end()) all.push_back(edge.node);
      }
    }
    return all;
  }

  uint32_t find(const Expected& expected, const std::vector<uint32_t>& among) const {
    const auto at = std::find_if(among.begin(), among.end(), [&](uint32_t node) {
      return agrees(expected, *compiled_[node].constant);
    });
    return at == among.end() ? kNone : *at;
  }

  void look_at(uint32_t node) {
    const uint32_t group = group_of(node);
    if (group == kNone || plain_.wires(node).empty()) return;
    const auto& ops = plain_is_a_ ? m_.groups()[group].b : m_.groups()[group].a;
    const bool kept = std::any_of(ops.begin(), ops.end(), [&](uint32_t op) {
      return kind_of(compiled_[op].type).name == "batchnorm";
    });
    if (kept) return;
    const auto norm = read(node);
    if (!norm) return;
    if (const auto producer = producer_of(node, *norm)) {
      tell_producer(*norm, *producer, ops);
    } else {
      tell_alone(*norm, ops);
    }
  }

  void tell_producer(const BatchNorm& norm, const Producer& producer,
                     const std::vector<uint32_t>& ops) {
    Expected bias;
    for (size_t i = 0; i < norm.scale.size(); ++i) {
      const double own = producer.bias_values.empty() ? 0 : producer.bias_values[i];
      const double part = (own - norm.mean[i]) * norm.scale[i];
      bias.values.push_back(part + norm.offset[i]);
      bias.terms.push_back((std::fabs(own) + std::fabs(norm.mean[i])) * std::fabs(norm.scale[i]) +
                           std::fabs(norm.offset[i]));
    }
    const auto weights_among = candidates(ops, producer.expected.values.size());
    const auto bias_among = candidates(ops, norm.scale.size());
    const uint32_t weights_at = find(producer.expected, weights_among);
    const uint32_t bias_at = find(bias, bias_among);
    const bool certain = weights_among.size() == 1 && bias_among.size() == 1;
    if ((weights_at == kNone || bias_at == kNone) && !certain) return;
    add(producer.weights, weights_at, weights_among);
    add(producer.bias == kNone ? norm.nodes[1] : producer.bias, bias_at, bias_among);
    settle(norm);
  }

  void tell_alone(const BatchNorm& norm, const std::vector<uint32_t>& ops) {
    Expected added;
    Expected before;
    for (size_t i = 0; i < norm.scale.size(); ++i) {
      const double product = norm.mean[i] * norm.scale[i];
      const double quotient = norm.offset[i] / norm.scale[i];
      added.values.push_back(norm.offset[i] - product);
      added.terms.push_back(std::fabs(norm.offset[i]) + std::fabs(product));
      before.values.push_back(quotient - norm.mean[i]);
      before.terms.push_back(std::fabs(quotient) + std::fabs(norm.mean[i]));
    }
    auto among = candidates(ops, norm.scale.size());
    const uint32_t scale_at = find({norm.scale, {}}, among);
    if (scale_at == kNone) return;
    among.erase(std::find(among.begin(), among.end(), scale_at));
    uint32_t offset_at = find(added, among);
    if (offset_at == kNone) offset_at = find(before, among);
    if (offset_at == kNone && among.size() != 1) return;
    add(norm.nodes[0], scale_at, {});
    add(norm.nodes[1], offset_at, among);
    settle(norm);
  }

  /// `at` kNone: the only one that there is has other values.
  void add(uint32_t plain, uint32_t at, const std::vector<uint32_t>& among) {
    const bool equal = at != kNone;
    const uint32_t compiled = equal ? at : among[0];
    found_.pairs.push_back({plain, compiled, equal});
    found_.plain.insert(plain);
    found_.compiled.insert(compiled);
  }

  void settle(const BatchNorm& norm) { found_.plain.insert(norm.nodes.begin(), norm.nodes.end()); }

  const Matching& m_;
  bool plain_is_a_;
  const Network& plain_;
  const Network& compiled_;
  FoldedConstants found_;
};

}  // namespace

FoldedConstants find_folded_batch_norms(const Matching& matching, bool plain_is_a) {
  return Folding(matching, plain_is_a).run();
}

}  // namespace omscope::diff
