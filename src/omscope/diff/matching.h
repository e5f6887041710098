// Which nodes of two networks are the same.
#pragma once

#include <vector>

#include "omscope/diff/diff.h"
#include "omscope/diff/network.h"

namespace omscope::diff {

struct Group {
  std::vector<uint32_t> a;  ///< [0]: the one that is compared with b[0]
  std::vector<uint32_t> b;
  How how = How::kName;
  double confidence = 1;

  bool is_pair() const { return a.size() == 1 && b.size() == 1; }
};

/// Every node is in one group at most.
class Matching {
 public:
  Matching(const Network& network_a, const Network& network_b)
      : a(network_a), b(network_b), group_a_(a.size(), kNone), group_b_(b.size(), kNone) {}

  const Network& a;
  const Network& b;

  uint32_t of_a(uint32_t node) const { return group_a_[node]; }
  uint32_t of_b(uint32_t node) const { return group_b_[node]; }
  bool free_a(uint32_t node) const { return group_a_[node] == kNone; }
  bool free_b(uint32_t node) const { return group_b_[node] == kNone; }
  const std::vector<Group>& groups() const { return groups_; }

  /// Both must be free.
  uint32_t pair(uint32_t node_a, uint32_t node_b, How how, double confidence);
  uint32_t add(std::vector<uint32_t> nodes_a, std::vector<uint32_t> nodes_b, How how,
               double confidence);
  void join_a(uint32_t group, uint32_t node) { join(groups_[group].a, group_a_, group, node); }
  void join_b(uint32_t group, uint32_t node) { join(groups_[group].b, group_b_, group, node); }
  /// The node's partner where it is the first of its group.
  uint32_t partner_of_a(uint32_t node) const;

 private:
  void join(std::vector<uint32_t>& side, std::vector<uint32_t>& group_of, uint32_t group,
            uint32_t node) {
    side.push_back(node);
    group_of[node] = group;
  }

  std::vector<Group> groups_;
  std::vector<uint32_t> group_a_;
  std::vector<uint32_t> group_b_;
};

// The stages, in the order in which they run.
void match_map(Matching& matching, const Options& options);
void match_ports(Matching& matching);
void match_provenance(Matching& matching);
void match_names(Matching& matching);
void match_constants(Matching& matching);
void match_values(Matching& matching);
void match_structure(Matching& matching);
/// From groups numbered `first` on, along edges and along wires.
void match_neighbours(Matching& matching, size_t first);
void match_fused(Matching& matching);
void match_regions(Matching& matching);

/// A hash of a constant's type, shape and bytes.
uint64_t constant_hash(const Node& node);

}  // namespace omscope::diff
