// Where the payloads of a standard or nano dump are, and which of them are not.
#pragma once

#include <vector>

#include "omscope/formats/dump/dump_message.h"

namespace omscope::dump {

struct Placed {
  std::vector<uint64_t> stored;  ///< bytes of each tensor in the file
  uint64_t end = 0;              ///< where the last payload ends, or would
};

/// Payloads stand one behind the other from `begin` on. Sets offset and payload of each tensor.
Placed place_payloads(Message& message, uint64_t begin, uint64_t file_size, Problems& problems);

}  // namespace omscope::dump
