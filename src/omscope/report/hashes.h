// SHA-256 of constants, each range of bytes once.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "omscope/ir/model.h"

namespace omscope::report {

/// Constants may share their bytes, and a hostile file can make twenty thousand of them overlap in
/// every way: what is hashed in all is bounded by the bytes that there are.
class Hashes {
 public:
  explicit Hashes(const ir::Model& model) : left_(most_bytes(model)) {}

  /// Hashes the bytes of many constants side by side, so that `of` finds them.
  void prepare(const std::vector<ir::Weight>& weights);
  /// Empty where the bytes are not at hand, or too many bytes were asked for.
  std::string of(const ir::Tensor& tensor);
  std::string of(ByteView bytes);

 private:
  using Range = std::pair<const std::byte*, size_t>;

  static uint64_t most_bytes(const ir::Model& model);
  bool take(uint64_t size);

  std::map<Range, std::string> known_;
  uint64_t left_;
};

/// Whether all bytes of a constant are in memory or mapped.
bool at_hand(const ir::Tensor& tensor);

}  // namespace omscope::report
