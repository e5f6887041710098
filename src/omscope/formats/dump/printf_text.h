// A line that a kernel printed, made from its format and arguments as they stand in device memory.
#pragma once

#include <string>

#include "omscope/core/bytes.h"

namespace omscope::dump {

/// `record` is a u64 offset of the format, u64 arguments, then texts; each offset counts from the
/// slot that holds it. The format is never handed to the C library: unknown conversions stay as
/// they are, what is not there is shown as "<missing>", and widths and lengths are bounded.
std::string printed_text(ByteView record);

}  // namespace omscope::dump
