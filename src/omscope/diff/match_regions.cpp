// Groups of ops that stand between the same matched ops on both sides.
#include <algorithm>
#include <map>

#include "omscope/diff/matching.h"

namespace omscope::diff {
namespace {

/// More ops than that are no longer one thing that was replaced by another.
constexpr size_t kMostNodes = 64;

/// Free ops that hang together, and the groups around them.
struct Region {
  std::vector<uint32_t> nodes;
  std::vector<uint32_t> sources;
  std::vector<uint32_t> users;
};

void make_set(std::vector<uint32_t>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

template <class GroupOf>
class Finder {
 public:
  Finder(const Network& network, GroupOf group_of)
      : network_(network), group_of_(group_of), seen_(network.size()) {}

  std::vector<Region> run() {
    std::vector<Region> regions;
    for (uint32_t i = 0; i < network_.size(); ++i) {
      if (!is_inner(i) || seen_[i]) continue;
      regions.push_back(around(i));
      if (regions.back().nodes.size() > kMostNodes) regions.pop_back();
    }
    return regions;
  }

 private:
  bool is_inner(uint32_t node) const {
    return group_of_(node) == kNone && network_.role(node) == Role::kCompute;
  }

  void visit(uint32_t node, Region& region, std::vector<uint32_t>& edge_of_region) {
    if (is_inner(node)) {
      if (!seen_[node]) region.nodes.push_back(node);
      seen_[node] = true;
    } else if (network_.role(node) != Role::kConstant && group_of_(node) != kNone) {
      edge_of_region.push_back(group_of_(node));
    }
  }

  Region around(uint32_t start) {
    Region region;
    region.nodes.push_back(start);
    seen_[start] = true;
    for (size_t i = 0; i < region.nodes.size(); ++i) {
      const uint32_t node = region.nodes[i];
      for (const Edge& wire : network_.wires(node)) {
        if (wire.node != kNone) visit(wire.node, region, region.sources);
      }
      for (const Use& use : network_.wire_uses(node)) visit(use.node, region, region.users);
    }
    make_set(region.nodes);
    make_set(region.sources);
    make_set(region.users);
    return region;
  }

  const Network& network_;
  GroupOf group_of_;
  std::vector<bool> seen_;
};

using Place = std::pair<std::vector<uint32_t>, std::vector<uint32_t>>;

std::map<Place, std::vector<const Region*>> by_place(const std::vector<Region>& regions) {
  std::map<Place, std::vector<const Region*>> places;
  for (const Region& region : regions) {
    if (region.sources.empty() || region.users.empty()) continue;
    places[{region.sources, region.users}].push_back(&region);
  }
  return places;
}

}  // namespace

void match_regions(Matching& matching) {
  const auto regions_a =
      Finder(matching.a, [&](uint32_t node) { return matching.of_a(node); }).run();
  const auto regions_b =
      Finder(matching.b, [&](uint32_t node) { return matching.of_b(node); }).run();
  const auto places_b = by_place(regions_b);
  for (const auto& [place, list] : by_place(regions_a)) {
    const auto other = places_b.find(place);
    if (other == places_b.end() || list.size() != 1 || other->second.size() != 1) continue;
    matching.add(list[0]->nodes, other->second[0]->nodes, How::kRegion, 0.5);
  }
}

}  // namespace omscope::diff
