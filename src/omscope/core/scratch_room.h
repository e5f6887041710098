// Room for bytes that have to be made before they can be looked at.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "omscope/core/result.h"

namespace omscope {

/// Filled with zeros at first. `owner` keeps the bytes alive.
struct ScratchRoom {
  std::shared_ptr<const void> owner;
  std::span<std::byte> bytes;
};

/// Much room is that of a file without a name, so that the kernel can write it out when memory is
/// short: in the folder that TMPDIR names, else in /var/tmp, which is a disk where /tmp is memory.
Result<ScratchRoom> make_scratch_room(uint64_t size);

}  // namespace omscope
