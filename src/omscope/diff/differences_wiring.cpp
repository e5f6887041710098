// Matched ops that are fed by others.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diff/differences.h"

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
    if (permuted && node.role == Role::kOutput) return;  // told with the interface
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
    const bool more_outputs = m_.a.role(m_.groups()[index].a[0]) == Role::kOutput &&
                              a.size() != b.size() &&
                              (std::includes(x.begin(), x.end(), y.begin(), y.end()) ||
                               std::includes(y.begin(), y.end(), x.begin(), x.end()));
    if (more_outputs) return;  // told with the interface
    c_.add(Severity::kError, Class::kStructure, as_utf8(m_.a.label(m_.groups()[index].a[0])),
           list(m_.a, a), list(m_.b, b), "it is fed by other ops");
  }

  Comparison& c_;
  Matching& m_;
};

}  // namespace

void compare_wiring(Comparison& c) {
  Wiring wiring(c);
  for (uint32_t g = 0; g < c.matching.groups().size(); ++g) wiring.compare(g);
}

}  // namespace omscope::diff
