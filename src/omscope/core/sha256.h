#pragma once

#include <string>

#include "omscope/core/bytes.h"

namespace omscope {

/// SHA-256 of `bytes`, 64 lower-case hexadecimal digits.
std::string sha256_hex(ByteView bytes);

}  // namespace omscope
