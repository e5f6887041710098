// Ops that carry out the same ops of the source model.
#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "omscope/diff/matching.h"
#include "omscope/diff/names.h"

namespace omscope::diff {
namespace {

using Origins = std::span<const std::string_view>;

bool has_origin(Role role) {
  return role == Role::kCompute || role == Role::kLayout || role == Role::kShaping;
}

/// Disjoint sets of nodes of both sides; b's follow a's.
class Sets {
 public:
  explicit Sets(size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0U); }
  uint32_t find(uint32_t node) {
    while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
    return node;
  }
  void unite(uint32_t x, uint32_t y) {
    x = find(x);
    y = find(y);
    parent_[std::max(x, y)] = std::min(x, y);
  }

 private:
  std::vector<uint32_t> parent_;
};

struct Users {
  std::vector<uint32_t> a;
  std::vector<uint32_t> b;
};

/// Which nodes carry out each op of the source model.
std::unordered_map<std::string_view, Users> users_of_origins(const Matching& matching) {
  std::unordered_map<std::string_view, Users> users;
  for (uint32_t i = 0; i < matching.a.size(); ++i) {
    if (!matching.free_a(i) || !has_origin(matching.a.role(i))) continue;
    for (const std::string_view name : matching.a[i].origins) users[name].a.push_back(i);
  }
  for (uint32_t i = 0; i < matching.b.size(); ++i) {
    if (!matching.free_b(i) || !has_origin(matching.b.role(i))) continue;
    for (const std::string_view name : matching.b[i].origins) {
      const auto found = users.find(name);
      if (found != users.end()) found->second.b.push_back(i);
    }
  }
  return users;
}

/// Pairs within a component: the same name and kind, else the only ones of their kind.
void pair_within(Matching& matching, const Users& nodes) {
  const auto pair_if = [&](const auto& are_alike) {
    for (const uint32_t a : nodes.a) {
      if (!matching.free_a(a)) continue;
      uint32_t partner = kNone;
      bool unique = true;
      for (const uint32_t b : nodes.b) {
        if (!matching.free_b(b) || !are_alike(matching.a[a], matching.b[b])) continue;
        unique = unique && partner == kNone;
        if (partner == kNone) partner = b;
      }
      const auto alike = [&](uint32_t other) {
        return other != a && matching.free_a(other) && partner != kNone &&
               are_alike(matching.a[other], matching.b[partner]);
      };
      if (partner == kNone || !unique || std::any_of(nodes.a.begin(), nodes.a.end(), alike))
        continue;
      matching.pair(a, partner, How::kProvenance, 1);
    }
  };
  pair_if([](const Node& a, const Node& b) {
    return a.kind == b.kind && a.name == b.name && a.scope == b.scope;
  });
  pair_if([](const Node& a, const Node& b) { return a.kind == b.kind && a.name == b.name; });
  pair_if([](const Node& a, const Node& b) {
    return a.kind == b.kind &&
           std::equal(a.origins.begin(), a.origins.end(), b.origins.begin(), b.origins.end());
  });
  pair_if([](const Node& a, const Node& b) { return a.kind == b.kind; });
}

bool share_name(Origins x, Origins y) {
  return std::any_of(x.begin(), x.end(), [&](std::string_view name) {
    return std::binary_search(y.begin(), y.end(), name);
  });
}

/// What is left of a component joins the group that carries out the same source ops.
void join_rest(Matching& matching, const Users& nodes) {
  std::vector<uint32_t> groups;
  for (const uint32_t a : nodes.a) {
    if (!matching.free_a(a)) groups.push_back(matching.of_a(a));
  }
  Users rest;
  for (const uint32_t a : nodes.a) {
    if (!matching.free_a(a)) continue;
    const auto names = matching.a[a].origins;
    const auto group = std::find_if(groups.begin(), groups.end(), [&](uint32_t g) {
      return share_name(names, matching.b[matching.groups()[g].b[0]].origins);
    });
    group == groups.end() ? rest.a.push_back(a) : matching.join_a(*group, a);
  }
  for (const uint32_t b : nodes.b) {
    if (!matching.free_b(b)) continue;
    const auto names = matching.b[b].origins;
    const auto group = std::find_if(groups.begin(), groups.end(), [&](uint32_t g) {
      return share_name(names, matching.a[matching.groups()[g].a[0]].origins);
    });
    group == groups.end() ? rest.b.push_back(b) : matching.join_b(*group, b);
  }
  if (!rest.a.empty() && !rest.b.empty()) {
    matching.add(std::move(rest.a), std::move(rest.b), How::kProvenance, 0.9);
  }
}

}  // namespace

void match_provenance(Matching& matching) {
  // More ops than that under one name: it names a part of the model, not an op.
  constexpr size_t kMostUsers = 16;
  constexpr size_t kMostNodes = 256;
  const auto offset = static_cast<uint32_t>(matching.a.size());
  Sets sets(matching.a.size() + matching.b.size());
  for (const auto& [name, users] : users_of_origins(matching)) {
    if (users.a.empty() || users.b.empty()) continue;
    if (users.a.size() + users.b.size() > kMostUsers) continue;
    for (const uint32_t a : users.a) sets.unite(users.a[0], a);
    for (const uint32_t b : users.b) sets.unite(users.a[0], offset + b);
  }
  std::vector<uint32_t> component_of(matching.a.size() + matching.b.size(), kNone);
  std::vector<Users> components;
  const auto add = [&](uint32_t node, bool is_a) {
    uint32_t& component = component_of[sets.find(is_a ? node : offset + node)];
    if (component == kNone) {
      component = static_cast<uint32_t>(components.size());
      components.emplace_back();
    }
    Users& users = components[component];
    (is_a ? users.a : users.b).push_back(node);
  };
  for (uint32_t i = 0; i < matching.a.size(); ++i) add(i, true);
  for (uint32_t i = 0; i < matching.b.size(); ++i) add(i, false);
  for (const Users& users : components) {
    if (users.a.empty() || users.b.empty()) continue;
    if (users.a.size() + users.b.size() > kMostNodes) continue;
    if (users.a.size() == 1 && users.b.size() == 1) {
      const bool alike = matching.a[users.a[0]].kind == matching.b[users.b[0]].kind;
      const bool recorded = !(matching.a[users.a[0]].op == nullptr ||
                              (matching.a[users.a[0]].op->origin_ops.empty() &&
                               matching.b[users.b[0]].op != nullptr &&
                               matching.b[users.b[0]].op->origin_ops.empty()));
      // Without a record it is a name like any other, which a later stage looks at.
      if (recorded) matching.pair(users.a[0], users.b[0], How::kProvenance, alike ? 1 : 0.9);
      continue;
    }
    pair_within(matching, users);
    join_rest(matching, users);
  }
}

}  // namespace omscope::diff
