// Ops that one side lacks, and ops that are fed by others.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diff/differences.h"
#include "omscope/diff/names.h"

namespace omscope::diff {
namespace {

/// Where a wire comes from, as the group of its source.
struct Source {
  uint32_t group = kNone;
  uint32_t slot = 0;
  Edge edge;
  friend bool operator==(const Source& x, const Source& y) {
    return x.group == y.group && x.slot == y.slot;
  }
  friend bool operator<(const Source& x, const Source& y) {
    return std::pair(x.group, x.slot) < std::pair(y.group, y.slot);
  }
};

class Wiring {
 public:
  explicit Wiring(Comparison& c) : c_(c), m_(c.matching) {}

  void compare(uint32_t index) {
    const Group& group = m_.groups()[index];
    if (group.a.empty() || group.b.empty()) return;
    const Role role = m_.a.role(group.a[0]);
    if (role != Role::kCompute && role != Role::kOutput) return;
    const bool plain = group.is_pair() && m_.a[group.a[0]].kind == m_.b[group.b[0]].kind;
    std::vector<Source> a = sources(m_.a, group.a, index, true);
    std::vector<Source> b = sources(m_.b, group.b, index, false);
    if (plain && a.size() == b.size()) {
      compare_slots(index, a, b);
    } else {
      compare_sets(index, a, b);
    }
  }

 private:
  uint32_t group_of(uint32_t node, bool is_a) const { return is_a ? m_.of_a(node) : m_.of_b(node); }

  /// Open slots and, between dialects, constants left out.
  std::vector<Source> sources(const Network& network, const std::vector<uint32_t>& nodes,
                              uint32_t index, bool is_a) const {
    std::vector<Source> found;
    for (const uint32_t node : nodes) {
      for (const Edge& wire : network.wires(node)) {
        if (wire.node == kNone) continue;
        if (network.role(wire.node) == Role::kConstant &&
            (!c_.same_family || nodes.size() > 1 || group_of(wire.node, is_a) == kNone)) {
          continue;
        }
        const uint32_t group = group_of(wire.node, is_a);
        if (group == index) continue;  // inside of what was fused
        found.push_back({group, wire.slot, wire});
      }
    }
    return found;
  }

  bool is_multi(uint32_t group) const { return group != kNone && !m_.groups()[group].is_pair(); }

  bool agree(const Source& a, const Source& b) const {
    if (a.group == kNone || b.group == kNone) return true;  // told where ops are missing
    if (a.group != b.group) return both_constants_alike(a, b);
    return a.slot == b.slot || is_multi(a.group);
  }

  /// Two constants with the same bytes: which of them feeds an op makes no difference.
  bool both_constants_alike(const Source& a, const Source& b) const {
    const Node& x = m_.a[a.edge.node];
    const Node& y = m_.b[b.edge.node];
    return x.constant != nullptr && y.constant != nullptr &&
           as_text(x.constant->bytes) == as_text(y.constant->bytes) &&
           x.constant->type.dtype == y.constant->type.dtype && !x.constant->bytes.empty();
  }

  std::string text(const Network& network, const Source& source) const {
    return fmt::format("{}:{}", as_utf8(network.label(source.edge.node)), source.edge.slot);
  }

  void compare_slots(uint32_t index, const std::vector<Source>& a, const std::vector<Source>& b) {
    const Group& group = m_.groups()[index];
    std::vector<size_t> wrong;
    for (size_t slot = 0; slot < a.size(); ++slot) {
      if (!agree(a[slot], b[slot])) wrong.push_back(slot);
    }
    if (wrong.empty()) return;
    std::vector<Source> x = a;
    std::vector<Source> y = b;
    std::sort(x.begin(), x.end());
    std::sort(y.begin(), y.end());
    const bool permuted = x == y;
    const Node& node = m_.a[group.a[0]];
    if (permuted && kind_of(node.type).commutative) {
      c_.add_noise();
      return;
    }
    const std::string subject = as_utf8(m_.a.label(group.a[0]));
    if (permuted && node.role == Role::kOutput) {
      c_.add(Severity::kError, Class::kInterface, "outputs", list(m_.a, a), list(m_.b, b),
             "the outputs come in another order");
      return;
    }
    if (permuted) {
      c_.add(Severity::kError, Class::kStructure, subject, list(m_.a, a), list(m_.b, b),
             "the inputs are swapped");
      return;
    }
    for (const size_t slot : wrong) {
      c_.add(Severity::kError, Class::kStructure, subject, text(m_.a, a[slot]), text(m_.b, b[slot]),
             fmt::format("input {} comes from another op", slot));
    }
  }

  std::string list(const Network& network, const std::vector<Source>& sources) const {
    std::string all;
    for (const Source& source : sources) all += (all.empty() ? "" : ", ") + text(network, source);
    return all;
  }

  void compare_sets(uint32_t index, const std::vector<Source>& a, const std::vector<Source>& b) {
    std::set<uint32_t> x;
    std::set<uint32_t> y;
    bool unknown = false;
    for (const Source& source : a) {
      if (m_.a.role(source.edge.node) == Role::kConstant) continue;
      unknown = unknown || source.group == kNone;
      x.insert(source.group);
    }
    for (const Source& source : b) {
      if (m_.b.role(source.edge.node) == Role::kConstant) continue;
      unknown = unknown || source.group == kNone;
      y.insert(source.group);
    }
    if (x == y || unknown) return;
    c_.add(Severity::kError, Class::kStructure, as_utf8(m_.a.label(m_.groups()[index].a[0])),
           list(m_.a, a), list(m_.b, b), "it is fed by other ops");
  }

  Comparison& c_;
  Matching& m_;
};

/// Ops without a partner, and what that means.
class Leftovers {
 public:
  explicit Leftovers(Comparison& c) : c_(c), m_(c.matching) {}

  void run() {
    for (uint32_t i = 0; i < m_.a.size(); ++i) {
      if (m_.free_a(i)) look_at(m_.a, i, true);
    }
    for (uint32_t i = 0; i < m_.b.size(); ++i) {
      if (m_.free_b(i)) look_at(m_.b, i, false);
    }
    for (const auto& [key, counts] : helpers_) {
      const auto& [kind, type] = key;
      const std::string_view why =
          kind == Class::kLayout      ? "ops that only change the layout or shape of values"
          : kind == Class::kPrecision ? "ops that only change the precision of values"
                                      : "ops that only order or prepare the work of others";
      c_.add(Severity::kInfo, kind, std::string(type), std::to_string(counts.first),
             std::to_string(counts.second), fmt::format("{} without a counterpart", why));
    }
  }

 private:
  /// Meant by the author of the model, as far as names tell.
  bool is_authors(const Node& node) const {
    return node.role == Role::kShaping && c_.same_build && !is_generated(node.name) &&
           !node.name.empty();
  }
  bool feeds_matched(const Network& network, uint32_t node, bool is_a) const {
    for (const Use& use : network.wire_uses(node)) {
      const uint32_t group = is_a ? m_.of_a(use.node) : m_.of_b(use.node);
      if (group != kNone && m_.groups()[group].is_pair()) return true;
    }
    return false;
  }
  void tell(const Network& network, uint32_t node, bool is_a, std::string why) {
    auto& list = is_a ? c_.result.unmatched_a : c_.result.unmatched_b;
    list.push_back({network.label(node), std::move(why)});
  }
  void report(const Network& network, uint32_t node, bool is_a, std::string why) {
    tell(network, node, is_a, why);
    const std::optional<std::string> type = as_utf8(network[node].type);
    c_.add(Severity::kError, Class::kStructure, as_utf8(network.label(node)),
           is_a ? type : std::nullopt, is_a ? std::nullopt : type, std::move(why));
  }

  void look_at(const Network& network, uint32_t node, bool is_a) {
    const Node& at = network[node];
    const bool is_onnx = (is_a ? c_.a : c_.b).kind == Kind::kOnnx;
    switch (at.role) {
      case Role::kInput:
      case Role::kOutput: tell(network, node, is_a, "its counterpart is missing"); return;
      case Role::kConstant:
        if (c_.same_build && feeds_matched(network, node, is_a)) {
          report(network, node, is_a, is_a ? "constant removed" : "constant added");
        } else {
          tell(network, node, is_a, "no constant with its values or at its place");
        }
        return;
      case Role::kCompute: {
        if (is_onnx && !c_.same_family) return;  // told by the coverage
        // Helpers of a compiled model whose source ops are all accounted for.
        const bool helper = !c_.same_family && (is_generated(at.name) || origins_of(at).empty());
        if (helper) {
          tell(network, node, is_a, "inserted by the compiler");
          count(Class::kTask, at, is_a);
          return;
        }
        report(network, node, is_a, is_a ? "op removed" : "op added");
        return;
      }
      case Role::kCall:
        tell(network, node, is_a, "runs a graph that is compared in its place");
        return;
      case Role::kService:
        tell(network, node, is_a, "orders or prepares the work of other ops");
        count(Class::kTask, at, is_a);
        return;
      case Role::kShaping:
      case Role::kLayout:
        if (is_onnx && !c_.same_family) return;
        if (at.link != kNone || at.type == "NetOutput") {
          tell(network, node, is_a, "port of a graph that is compared in its caller's place");
          return;
        }
        if (is_authors(at)) {
          report(network, node, is_a, is_a ? "op removed" : "op added");
          return;
        }
        tell(network, node, is_a, "only changes layout, precision or shape");
        count(kind_of(at.type).name == "cast" ? Class::kPrecision : Class::kLayout, at, is_a);
        return;
    }
  }

  void count(Class kind, const Node& node, bool is_a) {
    auto& counts = helpers_[{kind, as_utf8(node.type)}];
    ++(is_a ? counts.first : counts.second);
  }

  Comparison& c_;
  Matching& m_;
  std::map<std::pair<Class, std::string>, std::pair<uint64_t, uint64_t>> helpers_;
};

std::string labels(const Network& network, const std::vector<uint32_t>& nodes) {
  std::string text;
  for (const uint32_t node : nodes)
    text += (text.empty() ? "" : " + ") + as_utf8(network[node].type);
  return text;
}

void compare_types(Comparison& c) {
  for (const Group& group : c.matching.groups()) {
    if (group.a.empty() || group.b.empty()) continue;
    const Node& a = c.matching.a[group.a[0]];
    const Node& b = c.matching.b[group.b[0]];
    if (!group.is_pair()) {
      c.add(Severity::kInfo, Class::kFusion, as_utf8(c.matching.a.label(group.a[0])),
            labels(c.matching.a, group.a), labels(c.matching.b, group.b),
            "the same source ops, fused in another way");
    } else if (a.kind != b.kind && c.same_family && group.how != How::kMap) {
      c.add(Severity::kError, Class::kStructure, as_utf8(c.matching.a.label(group.a[0])),
            as_utf8(a.type), as_utf8(b.type), "another type of op");
    } else if (a.kind == b.kind && a.type != b.type && c.same_family && a.op && b.op) {
      c.add(Severity::kInfo, Class::kVersion, as_utf8(c.matching.a.label(group.a[0])),
            as_utf8(a.type), as_utf8(b.type), "another version of the same op");
    } else if (c.same_family && a.role == Role::kCompute && a.op && b.op &&
               !a.op->origin_ops.empty() && !b.op->origin_ops.empty() &&
               origins_of(a).size() != origins_of(b).size()) {
      const auto join = [](const Node& node) {
        std::string text;
        for (const auto name : origins_of(node)) text += (text.empty() ? "" : ", ") + as_utf8(name);
        return text;
      };
      c.add(Severity::kInfo, Class::kFusion, as_utf8(c.matching.a.label(group.a[0])), join(a),
            join(b), "carries out other ops of the source model");
    }
  }
}

}  // namespace

void compare_structure(Comparison& c) {
  Wiring wiring(c);
  for (uint32_t g = 0; g < c.matching.groups().size(); ++g) wiring.compare(g);
  Leftovers(c).run();
  compare_types(c);
}

}  // namespace omscope::diff
