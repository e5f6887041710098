// Which offline model a file is: several families share the magic "IMOD".
#pragma once

#include "omscope/core/bytes.h"
#include "omscope/core/kind.h"

namespace omscope::om {

struct Dialect {
  Kind kind = Kind::kUnknown;
  std::string_view detected;   ///< of an unknown one: what it is instead
  std::string_view remedy;     ///< and what to do
  bool before_tables = false;  ///< kOm of 2019: the body is one message, without a partition table
};

/// Decides by content, for bytes that start with "IMOD", "PICO", or the zeros of a bundle. The
/// order of the tests matters: a pre-table file has a platform_type of 0, as HiAI files have.
Dialect recognise(ByteView bytes);

/// Whether the bytes look like any of these at all.
bool starts_like_om(ByteView bytes);

}  // namespace omscope::om
