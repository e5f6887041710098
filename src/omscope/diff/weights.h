// Constants compared as numbers.
#pragma once

#include <optional>

#include "omscope/diff/diff.h"
#include "omscope/diff/network.h"

namespace omscope::diff {

enum class Equality : uint8_t {
  kBytes,      ///< the same bytes
  kValues,     ///< the same values after layout and padding are undone
  kRounded,    ///< the same after rounding to the coarser type, or within the tolerance
  kQuantised,  ///< one side is the other in steps of a scale
  kDifferent,
  kUnknown,  ///< bytes are missing or their type is unknown
};

struct ConstantVerdict {
  Equality equality = Equality::kUnknown;
  std::optional<double> max_abs;  ///< of elements, where they could be compared one by one
  std::optional<double> max_rel;
  uint64_t differing = 0;
};

/// `other_order`: one side is ONNX, whose matrices compilers may transpose; then the same values in
/// another order are equal.
ConstantVerdict constants_equal(const ir::Tensor& a, const ir::Tensor& b, const Options& options,
                                bool other_order);

/// At least eight values that are not zero: fewer can agree by chance and prove nothing.
bool tells_something(const ir::Tensor& tensor);

/// Whether two constants at the same slot can be meant to be the same.
bool may_be_same_constant(const Node& a, const Node& b);

/// Elements of the tensor before a compiler padded it; nothing when unknown.
std::optional<uint64_t> logical_count(const ir::Tensor& tensor);

/// The grid of numbers on which two constants are compared.
enum class Grid : uint8_t { kExact, kFloat32, kBFloat16, kFloat16 };
Grid coarser_grid(DType a, DType b);
float on_grid(float value, Grid grid);

/// A multiset of values without its zeros, as a hash: layouts and padding leave it as it is.
struct Signature {
  uint64_t count = 0;
  uint64_t sum = 0;
  uint64_t other_sum = 0;
  bool known = false;
  friend bool operator==(const Signature&, const Signature&) = default;
};
Signature signature_of(const ir::Tensor& tensor, Grid grid);

}  // namespace omscope::diff
