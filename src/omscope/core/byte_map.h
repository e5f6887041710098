// Which bytes of a file have a name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "omscope/core/bytes.h"

namespace omscope {

/// Ranges of one file with the names that readers gave them. Everything without a name is either
/// zero padding or unknown; the three together are the file.
class ByteMap {
 public:
  struct Range {
    uint64_t offset;
    uint64_t size;
    std::string name;
  };

  void add(uint64_t offset, uint64_t size, std::string name);

  struct Account {
    uint64_t accounted = 0;  ///< named, or zero padding between and behind named ranges
    uint64_t unknown = 0;
    std::vector<Range> holes;     ///< unknown bytes, in order
    std::vector<Range> overlaps;  ///< bytes that two names claim
  };

  /// Of a file, or of the part of it that starts at `base`. Looks only at bytes without a name.
  Account account(ByteView part, uint64_t base = 0) const;

  const std::vector<Range>& ranges() const { return ranges_; }

 private:
  std::vector<Range> ranges_;
};

}  // namespace omscope
