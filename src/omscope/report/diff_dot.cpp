#include <algorithm>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/report/diff_reports.h"
#include "omscope/report/model_json.h"

namespace omscope::report {
namespace {

enum class Mark : uint8_t { kSame, kChanged, kOnlyA, kOnlyB };

struct Node {
  std::string label;
  Mark mark = Mark::kSame;
};

/// What the edges of one model connect: each op by the node that stands for it, so that matched ops
/// of both models are one node.
using NodeOf = std::unordered_map<std::string, size_t>;

std::string dot_text(std::string_view text) {
  std::string out = "\"";
  for (const char each : for_terminal(shortened(as_utf8(text), 60))) {
    if (each == '"' || each == '\\') out += '\\';
    out += each;
  }
  return out + '"';
}

class Picture {
 public:
  Picture(const diff::Result& result, const ir::Model& a, const ir::Model& b) {
    add_matches(result);
    add_unmatched(result.unmatched_a, Mark::kOnlyA, in_a_);
    add_unmatched(result.unmatched_b, Mark::kOnlyB, in_b_);
    mark_changed(result);
    add_edges(a, in_a_, 1);
    add_edges(b, in_b_, 2);
  }

  void write(std::ostream& out) const {
    const std::set<size_t> shown = near_changes();
    out << "digraph diff {\n  rankdir=TB;\n  node [shape=box, style=filled, "
           "fontname=\"Helvetica\"];\n";
    for (const size_t node : shown) {
      out << fmt::format("  n{} [label={}, fillcolor={}];\n", node, nodes_[node].label,
                         colour(nodes_[node].mark));
    }
    for (const auto& [ends, sides] : edges_) {
      if (!shown.contains(ends.first) || !shown.contains(ends.second)) continue;
      const char* style = sides == 3   ? ""
                          : sides == 1 ? " [color=red, style=dashed]"
                                       : " [color=darkgreen]";
      out << fmt::format("  n{} -> n{}{};\n", ends.first, ends.second, style);
    }
    out << "}\n";
  }

 private:
  static const char* colour(Mark mark) {
    switch (mark) {
      case Mark::kSame: return "white";
      case Mark::kChanged: return "orange";
      case Mark::kOnlyA: return "lightcoral";
      case Mark::kOnlyB: return "palegreen";
    }
    return "white";
  }

  static std::string joined(const std::vector<std::string>& names) {
    constexpr size_t kMost = 3;
    std::string text;
    for (size_t i = 0; i < std::min(names.size(), kMost); ++i) {
      text += (i > 0 ? ", " : "") + names[i];
    }
    return names.size() > kMost ? text + ", …" : text;
  }

  void add_matches(const diff::Result& result) {
    for (const diff::Match& match : result.matches) {
      const size_t node = nodes_.size();
      const bool pair = match.a.size() == 1 && match.b.size() == 1;
      const std::string label =
          pair && match.a == match.b ? match.a[0] : joined(match.a) + " = " + joined(match.b);
      nodes_.push_back({dot_text(label), pair ? Mark::kSame : Mark::kChanged});
      for (const std::string& name : match.a) in_a_.try_emplace(name, node);
      for (const std::string& name : match.b) in_b_.try_emplace(name, node);
    }
  }

  void add_unmatched(const std::vector<diff::Unmatched>& list, Mark mark, NodeOf& side) {
    for (const diff::Unmatched& each : list) {
      side.try_emplace(each.op, nodes_.size());
      nodes_.push_back({dot_text(each.op), mark});
    }
  }

  void mark_changed(const diff::Result& result) {
    for (const diff::Difference& each : result.differences) {
      if (each.severity == diff::Severity::kNoise) continue;
      for (const NodeOf* side : {&in_a_, &in_b_}) {
        const auto found = side->find(each.subject);
        if (found == side->end()) continue;
        Mark& mark = nodes_[found->second].mark;
        if (mark == Mark::kSame) mark = Mark::kChanged;
      }
    }
  }

  void add_edges(const ir::Model& model, const NodeOf& side, int bit) {
    for (const ir::Graph& graph : model.graphs) {
      if (graph.is_function) continue;
      for (uint32_t i = 0; i < graph.ops.size(); ++i) add_edges_of(graph, i, side, bit);
    }
  }

  void add_edges_of(const ir::Graph& graph, uint32_t index, const NodeOf& side, int bit) {
    const ir::Op& op = graph.ops[index];
    const auto to = side.find(op_label(op, index));
    if (to == side.end()) return;
    for (const ir::Input& input : op.inputs) {
      if (input.source_op >= graph.ops.size()) continue;
      const auto from = side.find(op_label(graph.ops[input.source_op], input.source_op));
      if (from == side.end() || from->second == to->second) continue;
      edges_[{from->second, to->second}] |= bit;
    }
  }

  /// What differs, and what is wired to it directly.
  std::set<size_t> near_changes() const {
    std::set<size_t> shown;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].mark != Mark::kSame) shown.insert(i);
    }
    const std::set<size_t> changed = shown;
    for (const auto& [ends, sides] : edges_) {
      const bool rewired = sides != 3;
      if (changed.contains(ends.first) || rewired) shown.insert(ends.second);
      if (changed.contains(ends.second) || rewired) shown.insert(ends.first);
    }
    return shown;
  }

  std::vector<Node> nodes_;
  NodeOf in_a_;
  NodeOf in_b_;
  std::map<std::pair<size_t, size_t>, int> edges_;  ///< bit 1: in A, bit 2: in B
};

}  // namespace

void write_diff_dot(std::ostream& out, const diff::Result& result, const ir::Model& a,
                    const ir::Model& b) {
  Picture(result, a, b).write(out);
}

}  // namespace omscope::report
