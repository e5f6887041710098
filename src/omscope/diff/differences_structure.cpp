// Ops that one side lacks, and ops that are of another type.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diff/differences.h"
#include "omscope/diff/names.h"

namespace omscope::diff {
namespace {

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
      const std::string_view why = kind == Class::kLayout      ? "only changes layout or shape"
                                   : kind == Class::kPrecision ? "only changes precision"
                                                               : "only orders or prepares work";
      c_.add(Severity::kInfo, kind, std::string(type), std::to_string(counts.first),
             std::to_string(counts.second), fmt::format("{}; without a counterpart", why));
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
        const bool helper = !c_.same_family && (is_generated(at.name) || at.origins.empty());
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

/// Kinds of the ops of a group, ops that stand for several written out; sorted.
std::vector<std::string> parts_of(const Network& network, const std::vector<uint32_t>& nodes) {
  std::vector<std::string> parts;
  for (const uint32_t node : nodes) {
    const std::string kind = kind_of(network[node].type).name;
    const auto written_out = parts_of_kind(kind);
    if (written_out.empty()) parts.push_back(kind);
    parts.insert(parts.end(), written_out.begin(), written_out.end());
  }
  std::sort(parts.begin(), parts.end());
  return parts;
}

void compare_group(Comparison& c, const Group& group) {
  const std::string subject = as_utf8(c.matching.a.label(group.a[0]));
  const std::string a = labels(c.matching.a, group.a);
  const std::string b = labels(c.matching.b, group.b);
  if (a == b && group.how != How::kRegion) return;
  if (group.how != How::kRegion) {
    c.add(Severity::kInfo, Class::kFusion, subject, a, b,
          "the same source ops, fused in another way");
  } else if (parts_of(c.matching.a, group.a) == parts_of(c.matching.b, group.b)) {
    c.add(Severity::kInfo, Class::kFusion, subject, a, b, "the same function out of other ops");
  } else if (c.same_family) {
    c.add(Severity::kError, Class::kStructure, subject, a, b,
          "other ops stand between the same neighbours");
  } else {
    c.add(Severity::kWarning, Class::kFusion, subject, a, b,
          "they stand at the same place; that they compute the same is not recorded");
  }
}

std::string origins_text(const Node& node) {
  std::string text;
  for (const auto name : node.origins) text += (text.empty() ? "" : ", ") + as_utf8(name);
  return text;
}

void compare_pair(Comparison& c, const Group& group) {
  const Node& a = c.matching.a[group.a[0]];
  const Node& b = c.matching.b[group.b[0]];
  const std::string subject = as_utf8(c.matching.a.label(group.a[0]));
  if (a.kind != b.kind) {
    if (group.how == How::kMap) return;
    c.add(Severity::kError, Class::kStructure, subject, as_utf8(a.type), as_utf8(b.type),
          "another type of op");
  } else if (a.type != b.type && a.op && b.op) {
    c.add(Severity::kInfo, Class::kVersion, subject, as_utf8(a.type), as_utf8(b.type),
          "another version of the same op");
  } else if (c.same_build && a.role == Role::kCompute && a.op && b.op &&
             !a.op->origin_ops.empty() && !b.op->origin_ops.empty() &&
             a.origins.size() != b.origins.size()) {
    c.add(Severity::kInfo, Class::kFusion, subject, origins_text(a), origins_text(b),
          "carries out other ops of the source model");
  }
}

/// A compiler may carry out an op by one of another type; that it is right cannot be seen here.
void compare_dialects(Comparison& c, const Group& group) {
  const Node& a = c.matching.a[group.a[0]];
  const Node& b = c.matching.b[group.b[0]];
  if (a.kind == b.kind || a.role != Role::kCompute || b.role != Role::kCompute) return;
  if (group.how == How::kMap) return;
  c.other_types = true;
  c.add(Severity::kWarning, Class::kStructure, as_utf8(c.matching.a.label(group.a[0])),
        as_utf8(a.type), as_utf8(b.type), "carried out by an op of another type");
}

void compare_types(Comparison& c) {
  for (const Group& group : c.matching.groups()) {
    if (group.a.empty() || group.b.empty()) continue;
    if (!group.is_pair()) {
      compare_group(c, group);
    } else if (c.same_family) {
      compare_pair(c, group);
    } else {
      compare_dialects(c, group);
    }
  }
}

}  // namespace

void compare_structure(Comparison& c) {
  compare_wiring(c);
  Leftovers(c).run();
  compare_types(c);
}

}  // namespace omscope::diff
