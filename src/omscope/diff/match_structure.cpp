// Constants by content, ops by their place in the wiring, and neighbours of what is matched.
#include <algorithm>
#include <unordered_map>

#include "omscope/diff/matching.h"
#include "omscope/diff/names.h"
#include "omscope/diff/weights.h"

namespace omscope::diff {
namespace {

uint64_t mixed(uint64_t x, uint64_t y) {
  x ^= y + 0x9E3779B97F4A7C15U + (x << 6) + (x >> 2);
  x *= 0xBF58476D1CE4E5B9U;
  return x ^ (x >> 29);
}

struct Classes {
  struct Members {
    std::vector<uint32_t> a;
    std::vector<uint32_t> b;
  };
  std::unordered_map<uint64_t, uint32_t> index;
  std::vector<Members> members;

  Members& of(uint64_t colour) {
    const auto [entry, is_new] = index.emplace(colour, static_cast<uint32_t>(members.size()));
    if (is_new) members.emplace_back();
    return members[entry->second];
  }
};

/// Colours of one side; matched nodes have their group's.
class Colours {
 public:
  Colours(const Network& network, const std::vector<uint64_t>& contents)
      : network_(network), contents_(contents) {}

  template <class GroupOf>
  void start(const GroupOf& group_of) {
    colour_.resize(network_.size());
    free_.clear();
    for (uint32_t i = 0; i < network_.size(); ++i) {
      const uint32_t group = group_of(i);
      if (group == kNone) free_.push_back(i);
      const Node& node = network_[i];
      colour_[i] = group == kNone ? mixed(mixed(node.kind + 1, node.edges), contents_[i])
                                  : mixed(0xA11CE, group);
    }
  }
  void refine() {
    next_.resize(free_.size());
    for (size_t k = 0; k < free_.size(); ++k) next_[k] = refined(free_[k]);
    for (size_t k = 0; k < free_.size(); ++k) colour_[free_[k]] = next_[k];
  }
  uint64_t operator[](uint32_t node) const { return colour_[node]; }
  const std::vector<uint32_t>& free_nodes() const { return free_; }

 private:
  uint64_t refined(uint32_t node) const {
    uint64_t colour = colour_[node];
    for (const Edge& edge : network_.edges(node)) {
      colour = mixed(colour, edge.node == kNone ? 7 : mixed(colour_[edge.node], edge.slot));
    }
    uint64_t users = 0;  // their order is chance
    for (const Use& use : network_.uses(node)) {
      users += mixed(mixed(colour_[use.node], use.slot), use.from_slot);
    }
    return mixed(colour, users);
  }

  const Network& network_;
  const std::vector<uint64_t>& contents_;
  std::vector<uint64_t> colour_;
  std::vector<uint64_t> next_;
  std::vector<uint32_t> free_;
};

/// Of free nodes: what is matched has a colour of its own.
std::vector<uint64_t> contents_of(const Network& network, const auto& is_free) {
  std::vector<uint64_t> contents(network.size());
  for (uint32_t i = 0; i < network.size(); ++i) {
    if (network[i].constant != nullptr && is_free(i)) contents[i] = constant_hash(network[i]);
  }
  return contents;
}

Classes classes_of(const Colours& a, const Colours& b) {
  Classes classes;
  for (const uint32_t node : a.free_nodes()) classes.of(a[node]).a.push_back(node);
  for (const uint32_t node : b.free_nodes()) classes.of(b[node]).b.push_back(node);
  return classes;
}

/// Pairs of producers and users at the same slots, as far as kinds agree.
class Propagation {
 public:
  Propagation(Matching& matching, bool wires) : m_(matching), wires_(wires) {}

  void from(uint32_t group) {
    const Group& pair = m_.groups()[group];
    if (pair.a.empty() || pair.b.empty()) return;
    const uint32_t a = pair.a[0];
    const uint32_t b = pair.b[0];
    sources(a, b);
    users(a, b);
  }

 private:
  bool fits(uint32_t a, uint32_t b) const {
    const Node& x = m_.a[a];
    const Node& y = m_.b[b];
    if (x.kind != y.kind || !m_.free_a(a) || !m_.free_b(b)) return false;
    return x.role != Role::kConstant || may_be_same_constant(x, y);
  }
  void pair(uint32_t a, uint32_t b) { m_.pair(a, b, How::kNeighbour, wires_ ? 0.7 : 0.8); }

  void sources(uint32_t a, uint32_t b) {
    const auto in_a = wires_ ? m_.a.wires(a) : m_.a.edges(a);
    const auto in_b = wires_ ? m_.b.wires(b) : m_.b.edges(b);
    for (size_t slot = 0; slot < in_a.size() && slot < in_b.size(); ++slot) {
      if (in_a[slot].node == kNone || in_b[slot].node == kNone) continue;
      if (in_a[slot].slot == in_b[slot].slot && fits(in_a[slot].node, in_b[slot].node)) {
        pair(in_a[slot].node, in_b[slot].node);
      }
    }
  }

  /// Free users by kind and slots; kNone where several are alike.
  using Free = std::vector<std::pair<uint64_t, uint32_t>>;
  Free free_users(const Network& network, uint32_t node, const auto& is_free) const {
    Free found;
    for (const Use& use : wires_ ? network.wire_uses(node) : network.uses(node)) {
      if (!is_free(use.node)) continue;
      const uint64_t key = mixed(mixed(network[use.node].kind, use.slot), use.from_slot);
      found.emplace_back(key, use.node);
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  void users(uint32_t a, uint32_t b) {
    const Free free_a = free_users(m_.a, a, [&](uint32_t n) { return m_.free_a(n); });
    if (free_a.empty()) return;
    const Free free_b = free_users(m_.b, b, [&](uint32_t n) { return m_.free_b(n); });
    size_t j = 0;
    for (size_t i = 0; i < free_a.size();) {
      const uint64_t key = free_a[i].first;
      size_t end_a = i;
      while (end_a < free_a.size() && free_a[end_a].first == key) ++end_a;
      while (j < free_b.size() && free_b[j].first < key) ++j;
      size_t end_b = j;
      while (end_b < free_b.size() && free_b[end_b].first == key) ++end_b;
      if (end_a == i + 1 && end_b == j + 1 && fits(free_a[i].second, free_b[j].second)) {
        pair(free_a[i].second, free_b[j].second);
      }
      i = end_a;
      j = end_b;
    }
  }

  Matching& m_;
  bool wires_;
};

}  // namespace

uint64_t constant_hash(const Node& node) {
  const ir::Tensor& tensor = *node.constant;
  uint64_t hash = std::hash<std::string_view>()(as_text(tensor.bytes));
  hash = mixed(hash, static_cast<uint64_t>(tensor.type.dtype));
  for (const int64_t dim : tensor.type.shape) hash = mixed(hash, static_cast<uint64_t>(dim));
  return hash;
}

void match_constants(Matching& matching) {
  Classes classes;
  const auto counts = [](const Node& node) {
    return node.constant != nullptr && tells_something(*node.constant);
  };
  for (uint32_t i = 0; i < matching.a.size(); ++i) {
    if (matching.free_a(i) && counts(matching.a[i])) {
      classes.of(constant_hash(matching.a[i])).a.push_back(i);
    }
  }
  for (uint32_t i = 0; i < matching.b.size(); ++i) {
    if (matching.free_b(i) && counts(matching.b[i])) {
      classes.of(constant_hash(matching.b[i])).b.push_back(i);
    }
  }
  for (const auto& alike : classes.members) {
    if (alike.a.size() != 1 || alike.b.size() != 1) continue;
    matching.pair(alike.a[0], alike.b[0], How::kConstant, 1);
  }
}

void match_neighbours(Matching& matching, size_t first) {
  for (size_t before = kNone; before != matching.groups().size();) {
    before = matching.groups().size();
    Propagation along_edges(matching, false);
    for (size_t g = first; g < matching.groups().size(); ++g) {
      along_edges.from(static_cast<uint32_t>(g));
    }
    Propagation along_wires(matching, true);
    const size_t end = matching.groups().size();
    for (size_t g = first; g < end; ++g) along_wires.from(static_cast<uint32_t>(g));
    // A pair found along wires can have neighbours on edges, and the other way round.
    first = before;
  }
}

void match_structure(Matching& matching) {
  constexpr int kRounds = 24;
  constexpr int kDepth = 6;
  const std::vector<uint64_t> contents_a =
      contents_of(matching.a, [&](uint32_t n) { return matching.free_a(n); });
  const std::vector<uint64_t> contents_b =
      contents_of(matching.b, [&](uint32_t n) { return matching.free_b(n); });
  Colours a(matching.a, contents_a);
  Colours b(matching.b, contents_b);
  for (int round = 0; round < kRounds; ++round) {
    a.start([&](uint32_t node) { return matching.of_a(node); });
    b.start([&](uint32_t node) { return matching.of_b(node); });
    if (a.free_nodes().empty() || b.free_nodes().empty()) return;
    const size_t before = matching.groups().size();
    for (int depth = 0; depth < kDepth && matching.groups().size() == before; ++depth) {
      a.refine();
      b.refine();
      for (const auto& alike : classes_of(a, b).members) {
        if (alike.a.size() != 1 || alike.b.size() != 1) continue;
        matching.pair(alike.a[0], alike.b[0], How::kStructure, 0.8);
      }
    }
    if (matching.groups().size() == before) {
      // Symmetric parts: any choice among equals is right, the neighbours follow it.
      for (const auto& alike : classes_of(a, b).members) {
        if (alike.a.size() != alike.b.size() || alike.a.empty()) continue;
        if (!matching.free_a(alike.a[0]) || !matching.free_b(alike.b[0])) continue;
        const size_t chosen = matching.groups().size();
        matching.pair(alike.a[0], alike.b[0], How::kStructure, 0.6);
        match_neighbours(matching, chosen);
      }
    }
    if (matching.groups().size() == before) return;
    match_neighbours(matching, before);
  }
}

}  // namespace omscope::diff
