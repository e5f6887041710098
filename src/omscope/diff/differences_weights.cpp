// Constants of matched places.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "omscope/core/text.h"
#include "omscope/diff/differences.h"
#include "omscope/diff/folded_batch_norm.h"
#include "omscope/diff/weights.h"

namespace omscope::diff {
namespace {

std::string constant_text(const ir::Tensor& tensor) {
  return fmt::format("{} {}", to_string(tensor.type.dtype), dims_text(tensor.type.shape));
}

std::string differing_text(const ConstantVerdict& verdict) {
  const bool one = verdict.differing == 1;
  const double relative = verdict.max_rel.value_or(0);
  const std::string share = relative >= 1
                                ? fmt::format("{:.{}f} times", relative, relative < 10 ? 1 : 0)
                                : fmt::format("{:.2g} %", 100 * relative);
  return fmt::format("{} {}, by {:.3g}{} ({} of the value)", counted(verdict.differing, "value"),
                     one ? "differs" : "differ", *verdict.max_abs, one ? "" : " at most", share);
}

ir::List<int64_t> logical_shape(const ir::Tensor& tensor) {
  return tensor.type.has_origin_shape ? tensor.type.origin_shape : tensor.type.shape;
}

class Weights {
 public:
  explicit Weights(Comparison& c) : c_(c), m_(c.matching) {}

  void run() {
    find_folded();
    std::vector<const Group*> pairs;
    for (const Group& group : m_.groups()) {
      if (!group.is_pair()) continue;
      const Node& a = m_.a[group.a[0]];
      const Node& b = m_.b[group.b[0]];
      const bool constants = a.role == Role::kConstant && b.role == Role::kConstant;
      if (constants && (!a.constant || !b.constant)) c_.weights_absent = true;
      if (is_folded_a(group.a[0]) || is_folded_b(group.b[0])) continue;
      if (m_.a[group.a[0]].constant && m_.b[group.b[0]].constant) pairs.push_back(&group);
    }
    std::vector<ConstantVerdict> verdicts(pairs.size());
    if (c_.options.weights != WeightMode::kNone) {
      tbb::parallel_for(size_t{0}, pairs.size(), [&](size_t i) {
        verdicts[i] = constants_equal(*m_.a[pairs[i]->a[0]].constant,
                                      *m_.b[pairs[i]->b[0]].constant, c_.options, !c_.same_family);
      });
    }
    for (size_t i = 0; i < pairs.size(); ++i) tell(*pairs[i], verdicts[i]);
    tell_folded(m_.a, m_.b, folded_in_b_, true);
    tell_folded(m_.b, m_.a, folded_in_a_, false);
    look_at_rest();
  }

 private:
  void find_folded() {
    if (c_.same_family || c_.options.weights != WeightMode::kValues) return;
    folded_in_b_ = find_folded_batch_norms(m_, true);
    folded_in_a_ = find_folded_batch_norms(m_, false);
  }
  bool is_folded_a(uint32_t node) const {
    return folded_in_b_.plain.count(node) != 0 || folded_in_a_.compiled.count(node) != 0;
  }
  bool is_folded_b(uint32_t node) const {
    return folded_in_a_.plain.count(node) != 0 || folded_in_b_.compiled.count(node) != 0;
  }

  void tell_folded(const Network& plain, const Network& compiled, const FoldedConstants& folded,
                   bool plain_is_a) {
    std::unordered_set<uint32_t> different;
    for (const FoldedPair& pair : folded.pairs) {
      if (pair.equal) continue;
      different.insert(pair.plain);
      const ir::Tensor& x = *plain[pair.plain].constant;
      const ir::Tensor& y = *compiled[pair.compiled].constant;
      c_.add(Severity::kError, Class::kWeight, place(plain, pair.plain),
             constant_text(plain_is_a ? x : y), constant_text(plain_is_a ? y : x),
             "the constant is not what this gives with its BatchNormalization folded in");
    }
    for (const uint32_t node : folded.plain) {
      const ir::Tensor& tensor = *plain[node].constant;
      WeightTally& tally = c_.result.weights;
      auto& share = different.count(node) != 0 ? tally.different : tally.equal_after_rounding;
      ++share.count;
      share.bytes += tensor.size;
      c_.telling_equal += different.count(node) == 0 && tells_something(tensor) ? 1 : 0;
    }
  }

  void tell(const Group& group, const ConstantVerdict& verdict) {
    const ir::Tensor& a = *m_.a[group.a[0]].constant;
    const ir::Tensor& b = *m_.b[group.b[0]].constant;
    const std::string subject = place(m_.a, group.a[0]);
    const auto count = [&](WeightTally::Share& share) {
      ++share.count;
      share.bytes += a.size;
    };
    if (verdict.equality == Equality::kDifferent && feeds_folded(group)) {
      count(c_.result.weights.unmatched);
      c_.weights_folded = true;
      c_.telling_open += tells_something(a) ? 1 : 0;
      return;
    }
    if (verdict.equality == Equality::kDifferent && !c_.same_family &&
        logical_count(a) != logical_count(b)) {
      count(c_.result.weights.unmatched);  // slots of one name that mean different things
      c_.telling_open += tells_something(a) ? 1 : 0;
      return;
    }
    switch (verdict.equality) {
      case Equality::kBytes:
      case Equality::kValues: count(c_.result.weights.equal); break;
      case Equality::kRounded:
      case Equality::kQuantised: count(c_.result.weights.equal_after_rounding); break;
      case Equality::kDifferent: count(c_.result.weights.different); break;
      case Equality::kUnknown:
        count(c_.result.weights.unmatched);
        c_.weights_absent = c_.weights_absent || a.size != 0 || b.size != 0;
        compare_shapes(subject, a, b);
        return;
    }
    if (verdict.equality == Equality::kDifferent) {
      std::string why = "the constant has other values";
      if (verdict.max_abs) {
        why = differing_text(verdict);
      }
      c_.add(Severity::kError, Class::kWeight, subject, constant_text(a), constant_text(b),
             std::move(why));
      return;
    }
    c_.telling_equal += tells_something(a) ? 1 : 0;
    if (verdict.equality == Equality::kQuantised) {
      c_.add(Severity::kWarning, Class::kPrecision, subject, constant_text(a), constant_text(b),
             "the same values in steps of a scale");
    } else if (c_.same_family && verdict.equality == Equality::kRounded) {
      c_.add(Severity::kInfo, Class::kPrecision, subject, constant_text(a), constant_text(b),
             "equal after rounding to the coarser type");
    }
    compare_shapes(subject, a, b);
  }

  void compare_shapes(const std::string& subject, const ir::Tensor& a, const ir::Tensor& b) {
    if (!c_.same_family) return;
    const auto x = logical_shape(a);
    const auto y = logical_shape(b);
    const bool same_logical = std::equal(x.begin(), x.end(), y.begin(), y.end());
    const bool same_format = a.type.format.base == b.type.format.base;
    const bool same_device = std::equal(a.type.shape.begin(), a.type.shape.end(),
                                        b.type.shape.begin(), b.type.shape.end());
    if (!same_logical && same_format) {
      c_.add(Severity::kError, Class::kShape, subject, dims_text(x), dims_text(y),
             "the constant has another shape");
    } else if (!same_format) {
      c_.add(Severity::kInfo, Class::kLayout, subject, std::string(a.type.format.base),
             std::string(b.type.format.base), "the constant is stored in another layout");
    } else if (!same_device) {
      c_.add(Severity::kError, Class::kShape, subject, dims_text(a.type.shape),
             dims_text(b.type.shape), "the constant has another device shape");
    }
  }

  /// "conv1, input 1 (dynamic_const_5)": made-up names of constants tell nothing.
  static std::string place(const Network& network, uint32_t node) {
    const std::string name = as_utf8(network.label(node));
    const auto uses = network.wire_uses(node);
    if (uses.empty()) return name;
    return fmt::format("{}, input {} ({})", as_utf8(network.label(uses[0].node)), uses[0].slot,
                       name);
  }

  struct Rest {
    std::vector<uint32_t> a;
    std::vector<uint32_t> b;
  };

  /// Constants without a partner, by the group of ops that use them.
  void look_at_rest() {
    std::unordered_map<uint32_t, Rest> rest;
    std::vector<uint32_t> order;
    const auto collect = [&](const Network& network, bool is_a) {
      for (uint32_t i = 0; i < network.size(); ++i) {
        const bool free = is_a ? m_.free_a(i) : m_.free_b(i);
        if (is_a ? is_folded_a(i) : is_folded_b(i)) continue;
        if (!free || network[i].constant == nullptr) continue;
        ++c_.result.weights.unmatched.count;
        c_.result.weights.unmatched.bytes += network[i].constant->size;
        if (!tells_something(*network[i].constant)) continue;
        ++c_.telling_open;
        for (const Use& use : network.wire_uses(i)) {
          const uint32_t group = is_a ? m_.of_a(use.node) : m_.of_b(use.node);
          if (group == kNone) continue;
          const auto [entry, is_new] = rest.try_emplace(group);
          if (is_new) order.push_back(group);
          (is_a ? entry->second.a : entry->second.b).push_back(i);
          break;
        }
      }
    };
    collect(m_.a, true);
    collect(m_.b, false);
    for (const uint32_t group : order) compare_rest(m_.groups()[group], rest[group]);
  }

  /// Whether build-time arithmetic changed the constant on one side only.
  bool feeds_folded(const Group& constants) const {
    if (c_.same_family) return false;
    for (const Use& use : m_.a.wire_uses(constants.a[0])) {
      const uint32_t group = m_.of_a(use.node);
      if (group != kNone && is_folded(m_.groups()[group])) return true;
    }
    return false;
  }

  bool is_folded(const Group& group) const {
    const auto folds = [](const Network& network, const std::vector<uint32_t>& nodes) {
      return std::any_of(nodes.begin(), nodes.end(), [&](uint32_t node) {
        return folds_into_constants(kind_of(network[node].type).name);
      });
    };
    return folds(m_.a, group.a) || folds(m_.b, group.b);
  }

  void compare_rest(const Group& group, const Rest& rest) {
    if (c_.options.weights == WeightMode::kNone) return;
    if (rest.a.empty() || rest.b.empty()) return;
    if (is_folded(group)) {
      c_.weights_folded = true;
      return;
    }
    std::vector<bool> taken(rest.b.size());
    for (const uint32_t a : rest.a) {
      const ir::Tensor& x = *m_.a[a].constant;
      for (size_t j = 0; j < rest.b.size(); ++j) {
        const ir::Tensor& y = *m_.b[rest.b[j]].constant;
        if (taken[j] || logical_count(x) != logical_count(y)) continue;
        taken[j] = true;
        ++c_.result.weights.different.count;
        c_.result.weights.different.bytes += x.size;
        c_.add(Severity::kError, Class::kWeight, place(m_.a, a), constant_text(x), constant_text(y),
               "the constant has other values");
        break;
      }
    }
  }

  Comparison& c_;
  Matching& m_;
  FoldedConstants folded_in_b_;  ///< what BatchNormalization of A became in B
  FoldedConstants folded_in_a_;
};

}  // namespace

void compare_weights(Comparison& c) {
  Weights(c).run();
}

}  // namespace omscope::diff
