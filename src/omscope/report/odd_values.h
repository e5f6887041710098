// Values that no healthy computation leaves, and where in a tensor they are.
//
// A place has two names: the number of the element as the file stores it, and its coordinate in the
// logical layout (NCHW), which is what a model's author and `compare` count in.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "omscope/core/bytes.h"
#include "omscope/core/json.h"
#include "omscope/ir/tensor_file.h"
#include "omscope/numeric/census.h"

namespace omscope::report {

/// In the logical layout: without padding, in the order of the origin.
struct LogicalPlace {
  std::string axes;  ///< "NCHW"; empty: the dims have no names
  std::vector<int64_t> dims;
  std::vector<int64_t> coordinate;  ///< of the first, in C order of `dims`
  std::optional<uint64_t> index;    ///< of the first; absent where C order is not that stored
  std::vector<std::pair<int64_t, int64_t>> ranges;  ///< least and largest coordinate of each dim
  uint64_t count = 0;                               ///< outside of the padding
  bool is_counted = true;  ///< false: `count` is what was seen until all ranges were full
  bool fills = false;      ///< every element of these ranges is one
};

struct OddValue {
  /// nan, inf, saturated, constant, recorded, index
  std::string_view what;
  bool is_error = false;  ///< else only worth a look
  std::string text;       ///< "has NaN from element 1 024 on", behind the name of the tensor
  std::optional<uint64_t> count;
  std::optional<uint64_t> first;  ///< element, as stored
  std::optional<bool> contiguous;
  std::optional<LogicalPlace> place;
};

/// `elements` are those that `census` counted.
std::vector<OddValue> odd_values(const ir::StoredTensor& tensor, ByteView elements,
                                 const numeric::Census& census);

/// What the producer counted where the values themselves are not in the file.
std::vector<OddValue> recorded_odd(const ir::StoredTensor& tensor);

Json odd_json(const std::vector<OddValue>& odd);

/// "has …; is …", without what is for screens alone.
std::string odd_text(const std::vector<OddValue>& odd);

/// A number in a table or a sentence; "-" where it is not finite.
std::string value_text(double value);

}  // namespace omscope::report
