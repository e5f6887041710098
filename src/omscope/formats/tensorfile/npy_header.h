// The header of NumPy's .npy format.
//
//   offset  size    content
//   0       6       0x93 "NUMPY"
//   6       2       version: 1.0, 2.0 (wider length) or 3.0 (header is UTF-8)
//   8       2 | 4   u16 (1.0) or u32 header length
//   10 | 12         a Python literal: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
//                   padded with spaces to a multiple of 64 (16 by old writers), ended by "\n"
//   …               the elements, nothing between and nothing behind them
//
// Source: numpy/lib/format.py. Python 2 on Windows wrote long integers with an L, "(2L,)".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/core/byte_cursor.h"
#include "omscope/core/dtype.h"

namespace omscope::tensorfile {

/// What a descr ("<f4") means.
struct NpyType {
  DType dtype = DType::kUndefined;
  uint64_t element_bytes = 0;
  uint64_t number_bytes = 0;  ///< what a byte order turns round: half of a complex number
  bool big_endian = false;
  bool readable = false;  ///< false: `note` says why the elements have no values
  std::string note;
};

/// Never fails: what cannot be read is told in `note`.
NpyType npy_type(std::string_view descr);

struct NpyHeader {
  unsigned major = 0;
  std::string descr;        ///< as written; of structured types the whole list
  bool structured = false;  ///< `descr` is a list of fields
  bool fortran_order = false;
  std::vector<int64_t> shape;
  uint64_t size = 0;  ///< bytes before the elements
};

/// Reads a header and leaves `cursor` at the first element.
Result<NpyHeader> read_npy_header(ByteCursor& cursor);

/// The dict alone, of a file whose magic is damaged. `at` is its offset, for messages.
Result<NpyHeader> parse_npy_dict(std::string_view file, std::string_view text, uint64_t at);

}  // namespace omscope::tensorfile
