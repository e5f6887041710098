#include "omscope/diff/matching.h"

#include <unordered_map>

#include "omscope/diff/names.h"

namespace omscope::diff {

uint32_t Matching::pair(uint32_t node_a, uint32_t node_b, How how, double confidence) {
  const auto group = static_cast<uint32_t>(groups_.size());
  groups_.push_back({{}, {}, how, confidence});
  join_a(group, node_a);
  join_b(group, node_b);
  return group;
}

uint32_t Matching::add(std::vector<uint32_t> nodes_a, std::vector<uint32_t> nodes_b, How how,
                       double confidence) {
  const auto group = static_cast<uint32_t>(groups_.size());
  groups_.push_back({{}, {}, how, confidence});
  for (const uint32_t node : nodes_a) join_a(group, node);
  for (const uint32_t node : nodes_b) join_b(group, node);
  return group;
}

uint32_t Matching::partner_of_a(uint32_t node) const {
  if (group_a_[node] == kNone) return kNone;
  const Group& group = groups_[group_a_[node]];
  return !group.a.empty() && group.a[0] == node && !group.b.empty() ? group.b[0] : kNone;
}

void match_map(Matching& matching, const Options& options) {
  if (options.map.empty()) return;
  const auto index = [](const Network& network) {
    std::unordered_map<std::string, uint32_t> names;
    for (uint32_t i = 0; i < network.size(); ++i) names.emplace(network.label(i), i);
    return names;
  };
  const auto names_a = index(matching.a);
  const auto names_b = index(matching.b);
  for (const auto& [name_a, name_b] : options.map) {
    const auto a = names_a.find(name_a);
    const auto b = names_b.find(name_b);
    if (a == names_a.end() || b == names_b.end()) continue;
    if (matching.free_a(a->second) && matching.free_b(b->second)) {
      matching.pair(a->second, b->second, How::kMap, 1);
    }
  }
}

void match_ports(Matching& matching) {
  const auto inputs = [](const Network& network, Role role) {
    std::vector<uint32_t> found;
    for (uint32_t i = 0; i < network.size(); ++i) {
      if (network.role(i) == role) found.push_back(i);
    }
    return found;
  };
  for (const Role role : {Role::kInput, Role::kOutput}) {
    const auto list_a = inputs(matching.a, role);
    const auto list_b = inputs(matching.b, role);
    std::unordered_map<std::string_view, uint32_t> by_name;
    for (const uint32_t node : list_b) by_name.emplace(matching.b[node].name, node);
    for (const uint32_t node : list_a) {
      const auto found = by_name.find(matching.a[node].name);
      if (found == by_name.end() || !matching.free_b(found->second) || !matching.free_a(node)) {
        continue;
      }
      matching.pair(node, found->second, How::kName, 1);
    }
    for (size_t i = 0; i < list_a.size() && i < list_b.size(); ++i) {
      if (matching.free_a(list_a[i]) && matching.free_b(list_b[i])) {
        matching.pair(list_a[i], list_b[i], How::kStructure, 0.8);
      }
    }
  }
}

namespace {

using Key = std::pair<std::string_view, uint32_t>;

struct KeyHash {
  size_t operator()(const Key& key) const {
    return std::hash<std::string_view>()(key.first) * 31 + key.second;
  }
};

constexpr uint32_t kTwice = kNone - 1;

/// Free nodes by what `key` makes of them; kTwice where several have the same.
template <class MakeKey>
std::unordered_map<Key, uint32_t, KeyHash> unique_free(const Network& network, const auto& is_free,
                                                       const MakeKey& key) {
  std::unordered_map<Key, uint32_t, KeyHash> found;
  for (uint32_t i = 0; i < network.size(); ++i) {
    if (!is_free(i)) continue;
    const Key name = key(network[i]);
    if (name.first.empty()) continue;
    const auto [entry, is_new] = found.emplace(name, i);
    if (!is_new) entry->second = kTwice;
  }
  return found;
}

template <class MakeKey>
void match_by(Matching& matching, How how, double confidence, const MakeKey& key) {
  const auto free_a = [&](uint32_t node) { return matching.free_a(node); };
  const auto free_b = [&](uint32_t node) { return matching.free_b(node); };
  const auto names_b = unique_free(matching.b, free_b, key);
  const auto names_a = unique_free(matching.a, free_a, key);
  for (uint32_t i = 0; i < matching.a.size(); ++i) {
    if (!matching.free_a(i)) continue;
    const auto in_a = names_a.find(key(matching.a[i]));
    if (in_a == names_a.end() || in_a->second == kTwice) continue;
    const auto found = names_b.find(in_a->first);
    if (found == names_b.end() || found->second == kTwice) continue;
    matching.pair(i, found->second, how, confidence);
  }
}

}  // namespace

void match_names(Matching& matching) {
  match_by(matching, How::kName, 1, [](const Node& node) {
    return Key{is_generated(node.name) ? std::string_view() : node.name, node.kind};
  });
  match_by(matching, How::kNormalised, 0.9, [](const Node& node) {
    return Key{is_generated(node.name) ? std::string_view() : normalised(node.name), node.kind};
  });
  // Another type under the same name: an op that was replaced.
  match_by(matching, How::kName, 0.6, [](const Node& node) {
    const bool counts = node.role == Role::kCompute && !is_generated(node.name);
    return Key{counts ? node.name : std::string_view(), 0};
  });
}

}  // namespace omscope::diff
