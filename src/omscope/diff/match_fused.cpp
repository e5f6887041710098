// Ops that one side has and the other carries out inside of a neighbour.
#include <algorithm>
#include <unordered_set>

#include "omscope/diff/matching.h"

namespace omscope::diff {
namespace {

class Fusion {
 public:
  Fusion(Matching& matching, bool left_is_a) : m_(matching), left_is_a_(left_is_a) {}

  void run() {
    // A chain of ops is taken in one by one, from both ends.
    constexpr int kLongest = 16;
    bool again = true;
    for (int pass = 0; again && pass < kLongest; ++pass) {
      again = false;
      for (uint32_t i = 0; i < left().size(); ++i) {
        if (is_free(i) && left().role(i) == Role::kCompute && take_in(i)) again = true;
      }
    }
  }

 private:
  const Network& left() const { return left_is_a_ ? m_.a : m_.b; }
  const Network& right() const { return left_is_a_ ? m_.b : m_.a; }
  bool is_free(uint32_t node) const { return left_is_a_ ? m_.free_a(node) : m_.free_b(node); }
  uint32_t group_of(uint32_t node) const { return left_is_a_ ? m_.of_a(node) : m_.of_b(node); }

  /// The source ops that this side has a record of.
  bool knows(std::string_view name) const {
    if (known_.empty()) {
      for (uint32_t i = 0; i < left().size(); ++i) {
        known_.insert(left()[i].origins.begin(), left()[i].origins.end());
      }
    }
    return known_.count(name) != 0;
  }

  /// Whether the other side's op carries out more source ops that this side has no record of than
  /// were taken in already.
  bool carries_more(uint32_t group) const {
    const Group& pair = m_.groups()[group];
    size_t unknown = 0;
    for (const uint32_t node : left_is_a_ ? pair.b : pair.a) {
      if (right()[node].origins.size() < 2) continue;
      for (const std::string_view name : right()[node].origins) unknown += knows(name) ? 0 : 1;
    }
    const size_t taken_in = (left_is_a_ ? pair.a : pair.b).size();
    return unknown >= taken_in && unknown > 0;
  }

  bool take_in(uint32_t node) {
    const auto try_group = [&](uint32_t neighbour) {
      if (neighbour == kNone || is_free(neighbour)) return false;
      if (left().role(neighbour) != Role::kCompute) return false;
      const uint32_t group = group_of(neighbour);
      if (!carries_more(group)) return false;
      left_is_a_ ? m_.join_a(group, node) : m_.join_b(group, node);
      return true;
    };
    for (const Edge& wire : left().wires(node)) {
      if (try_group(wire.node)) return true;
    }
    for (const Use& use : left().wire_uses(node)) {
      if (try_group(use.node)) return true;
    }
    return false;
  }

  Matching& m_;
  bool left_is_a_;
  mutable std::unordered_set<std::string_view> known_;
};

}  // namespace

void match_fused(Matching& matching) {
  Fusion(matching, true).run();
  Fusion(matching, false).run();
}

}  // namespace omscope::diff
