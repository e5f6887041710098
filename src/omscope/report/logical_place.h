// Where in the logical layout the NaN or infinities of a tensor are.
#pragma once

#include <optional>
#include <string>

#include "omscope/report/odd_values.h"

namespace omscope::report {

enum class Wrong : uint8_t { kNan, kInf };

struct Located {
  LogicalPlace place;
  std::string stored_as;  ///< "NC1HWC0", where elements are stored in another order; else empty
};

/// Reads the tensor once more. Nothing where a coordinate says no more than the element's number.
std::optional<Located> locate(const ir::StoredTensor& tensor, ByteView elements, Wrong wrong);

/// "all of channels 16 to 31 of 32", "the whole block of row 5 of 8, columns 4 to 7 of 8",
/// "within axis 1: 3 to 7 of 8"; empty where they are everywhere.
std::string region_text(const LogicalPlace& place);

}  // namespace omscope::report
