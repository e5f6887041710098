#include "omscope/diff/network.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "omscope/diff/names.h"
#include "omscope/diff/network_builder.h"

namespace omscope::diff {

uint32_t Kinds::of(std::string_view type) {
  const auto known = by_type_.find(type);
  if (known != by_type_.end()) return known->second;
  OpKind kind = kind_of(type);
  const auto same = by_name_.find(kind.name);
  if (same != by_name_.end()) return by_type_.emplace(type, same->second).first->second;
  const auto id = static_cast<uint32_t>(kinds_.size());
  kinds_.push_back(std::move(kind));
  by_name_.emplace(kinds_.back().name, id);
  by_type_.emplace(type, id);
  return id;
}

void Network::UseLists::fill(const Network& network, const std::vector<Edge>& edges) {
  const size_t count = network.size();
  first.assign(count + 1, 0);
  for (const Edge& edge : edges) {
    if (edge.node != kNone) ++first[edge.node + 1];
  }
  for (size_t i = 0; i < count; ++i) first[i + 1] += first[i];
  uses.resize(first[count]);
  std::vector<uint32_t> next(first.begin(), first.end() - 1);
  for (uint32_t node = 0; node < count; ++node) {
    const Node& user = network.nodes_[node];
    for (uint32_t slot = 0; slot < user.edges; ++slot) {
      const Edge edge = edges[user.first_edge + slot];
      if (edge.node != kNone) uses[next[edge.node]++] = {node, slot, edge.slot};
    }
  }
}

/// One step towards what makes the values of `edge`.
Edge Network::source_behind(Edge edge) const {
  const Node& node = nodes_[edge.node];
  if (node.role == Role::kCall) {
    return node.link == kNone ? Edge{} : Edge{node.link, edge.slot};
  }
  if (node.link != kNone) {  // an input of a graph that is called
    const std::span<const Edge> given = edges(node.link);
    return node.link_slot < given.size() ? given[node.link_slot] : Edge{};
  }
  const std::span<const Edge> inputs = edges(edge.node);
  const bool is_output = node.edges > 1 && node.type == "NetOutput";
  const uint32_t slot = is_output ? edge.slot : 0;
  return slot < inputs.size() ? inputs[slot] : Edge{};
}

void Network::see_through() {
  constexpr size_t kLongest = 4096;  // a hostile file can make calls that end nowhere
  wires_ = edges_;
  std::vector<Edge> known(nodes_.size());  // of slot 0
  std::vector<uint32_t> path;
  for (Edge& wire : wires_) {
    path.clear();
    Edge at = wire;
    for (size_t steps = 0; at.node != kNone && is_seen_through(nodes_[at.node].role); ++steps) {
      if (at.slot == 0 && known[at.node].node != kNone) {
        at = known[at.node];
        break;
      }
      if (steps == kLongest) break;
      const Edge next = source_behind(at);
      if (next.node == kNone) break;  // nothing feeds it: it is the source
      if (at.slot == 0) path.push_back(at.node);
      at = next;
    }
    wire = at;
    for (const uint32_t node : path) known[node] = at;
  }
}

void Network::find_origins() {
  std::vector<size_t> ends;
  ends.reserve(nodes_.size());
  for (const Node& node : nodes_) {
    const size_t start = origins_.size();
    if (node.op != nullptr) {
      for (const std::string_view name : node.op->origin_ops) {
        if (!name.empty() && !is_generated(name)) origins_.push_back(name);
      }
    }
    if (origins_.size() == start && !node.name.empty() && !is_generated(node.name)) {
      origins_.push_back(normalised(node.name));
    }
    const auto first = origins_.begin() + static_cast<std::ptrdiff_t>(start);
    std::sort(first, origins_.end());
    origins_.erase(std::unique(first, origins_.end()), origins_.end());
    ends.push_back(origins_.size());
  }
  size_t start = 0;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    nodes_[i].origins = {origins_.data() + start, ends[i] - start};
    start = ends[i];
  }
}

namespace {

/// Names, and how long they can be.
struct NameParts {
  std::unordered_set<std::string_view> names;
  std::vector<size_t> lengths;

  /// `text` as names in a row; empty where it is none.
  std::vector<std::string_view> split(std::string_view text) const {
    std::vector<size_t> last(text.size() + 1);  // length of the part that ends there; 0: none does
    for (size_t at = 0; at < text.size(); ++at) {
      if (at != 0 && last[at] == 0) continue;
      for (const size_t length : lengths) {
        if (length > text.size() - at) break;
        if (names.count(text.substr(at, length)) != 0) last[at + length] = length;
      }
    }
    std::vector<std::string_view> parts;
    for (size_t end = text.size(); end != 0 && last[end] != 0; end -= last[end]) {
      parts.push_back(text.substr(end - last[end], last[end]));
    }
    if (last[text.size()] == 0) parts.clear();
    return parts;
  }
};

}  // namespace

void Network::split_names(const Network& other) {
  constexpr size_t kLongest = 1024;
  NameParts parts;
  for (const Node& node : other.nodes_) {
    if (node.op == nullptr || node.name.empty() || node.role == Role::kConstant) continue;
    if (is_generated(node.name)) continue;
    parts.names.insert(node.name);
    parts.lengths.push_back(node.name.size());
  }
  std::sort(parts.lengths.begin(), parts.lengths.end());
  parts.lengths.erase(std::unique(parts.lengths.begin(), parts.lengths.end()), parts.lengths.end());
  for (Node& node : nodes_) {
    if (node.op == nullptr || node.role != Role::kCompute || !node.op->origin_ops.empty()) continue;
    const std::string_view name = normalised(node.name);
    if (name.size() > kLongest || parts.names.count(name) != 0) continue;
    auto found = parts.split(name);
    if (found.size() < 2) continue;
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    node.origins = split_origins_.emplace_back(std::move(found));
  }
}

std::string Network::label(uint32_t node) const {
  const Node& at = nodes_[node];
  if (!at.name.empty()) return std::string(at.name);
  const uint32_t id = at.op != nullptr && at.op->id >= 0 ? static_cast<uint32_t>(at.op->id) : node;
  return fmt::format("{}#{}", at.type, id);
}

Network::Network(const ir::Model& model, Kinds& kinds, Part part) {
  Builder(*this, kinds, part).add(model);
  see_through();
  find_origins();
  edge_uses_.fill(*this, edges_);
  wire_uses_.fill(*this, wires_);
}

}  // namespace omscope::diff
