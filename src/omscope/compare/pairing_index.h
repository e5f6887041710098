// The golden tensors by the names they answer to, and what tells equal names apart.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "omscope/compare/collect_side.h"
#include "omscope/compare/pairing.h"

namespace omscope::compare {

/// Step, rank, device and model: what must be alike where both sides have several of it.
class LikeWithLike {
 public:
  LikeWithLike(const Side& run, const Side& golden);

  bool alike(const Tensor& run, const Tensor& golden) const;
  /// Two tensors of one side that nothing tells apart but their time.
  std::string key(const Tensor& tensor) const;
  /// "step 3, rank 0" of what either side has several of; empty: there is one of each.
  std::string label(const Tensor& tensor) const;

 private:
  static constexpr size_t kAttributes = 5;
  static std::string value(const Tensor& tensor, size_t attribute);

  bool matters_[kAttributes] = {};  ///< one side has several
};

enum class Closeness : uint8_t { kExact, kFileName, kNormalised };

class GoldenIndex {
 public:
  GoldenIndex(const Side& golden, const PairingGuide& guide);

  /// All that answer to the name; in the order of the side.
  std::vector<uint32_t> find(const std::string& op, const std::string& slot,
                             Closeness closeness) const;

 private:
  using Names = std::unordered_map<std::string, std::vector<uint32_t>>;
  void add(uint32_t tensor, const std::string& op, const std::string& slot);

  Names exact_;
  Names file_;
  Names normalised_;
};

}  // namespace omscope::compare
