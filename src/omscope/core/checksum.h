// CRC-32 as zip has it (reflected, polynomial 0x04C11DB7).
#pragma once

#include <cstdint>

#include "omscope/core/bytes.h"

namespace omscope {

/// `before`: of the bytes in front of these.
uint32_t crc32_of(ByteView bytes, uint32_t before = 0);

}  // namespace omscope
