// Constants that are the same values in another layout or precision.
#include <unordered_map>

#include <tbb/parallel_for.h>

#include "omscope/diff/matching.h"
#include "omscope/diff/weights.h"

namespace omscope::diff {
namespace {

struct Candidate {
  uint32_t node = 0;
  uint32_t user_group = kNone;
  bool tells = false;
  Signature signature;
};

bool rounds(DType dtype) {
  return dtype == DType::kFloat32 || dtype == DType::kFloat64 || dtype == DType::kFloat16 ||
         dtype == DType::kBFloat16;
}

template <class GroupOf>
std::vector<Candidate> candidates(const Network& network, const GroupOf& group_of) {
  std::vector<Candidate> found;
  for (uint32_t i = 0; i < network.size(); ++i) {
    if (network[i].constant == nullptr || group_of(i) != kNone) continue;
    if (!rounds(network[i].constant->type.dtype)) continue;
    Candidate candidate;
    candidate.node = i;
    for (const Use& use : network.wire_uses(i)) {
      if (candidate.user_group == kNone) candidate.user_group = group_of(use.node);
    }
    found.push_back(candidate);
  }
  tbb::parallel_for(size_t{0}, found.size(), [&](size_t i) {
    const ir::Tensor& tensor = *network[found[i].node].constant;
    found[i].tells = tells_something(tensor);
    found[i].signature = signature_of(tensor, Grid::kFloat16);
  });
  return found;
}

}  // namespace

void match_values(Matching& matching) {
  const auto list_a = candidates(matching.a, [&](uint32_t n) { return matching.of_a(n); });
  const auto list_b = candidates(matching.b, [&](uint32_t n) { return matching.of_b(n); });
  std::unordered_map<uint64_t, std::vector<const Candidate*>> by_value;
  for (const Candidate& candidate : list_b) {
    if (candidate.signature.known) by_value[candidate.signature.sum].push_back(&candidate);
  }
  constexpr size_t kMostAlike = 64;
  const auto match = [&](const auto& may_pair, double confidence) {
    for (const Candidate& a : list_a) {
      if (!a.signature.known || !matching.free_a(a.node)) continue;
      const auto alike = by_value.find(a.signature.sum);
      if (alike == by_value.end()) continue;
      size_t looked_at = 0;
      for (const Candidate* b : alike->second) {
        if (++looked_at > kMostAlike) break;
        if (!matching.free_b(b->node) || !(a.signature == b->signature)) continue;
        if (!may_pair(a, *b)) continue;
        matching.pair(a.node, b->node, How::kConstant, confidence);
        break;
      }
    }
  };
  // With few values only next to ops that are known to be the same.
  match([](const Candidate& a,
           const Candidate& b) { return a.user_group != kNone && a.user_group == b.user_group; },
        1);
  match(
      [](const Candidate& a, const Candidate& b) {
        const bool elsewhere = a.user_group != kNone && b.user_group != kNone;
        return a.tells && b.tells && !elsewhere;
      },
      0.9);
  match([](const Candidate& a, const Candidate&) { return a.tells; }, 0.7);
}

}  // namespace omscope::diff
