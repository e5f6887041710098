// Small files that stand for a lot: each byte of them costs as much memory, time or stack as it
// can.
#pragma once

#include <string>
#include <vector>

namespace omscope::test {

struct Bomb {
  std::string name;  ///< letters and digits
  std::string content;
  bool deep = false;  ///< nested deeper than any reader follows
};

/// About a megabyte each; deep ones 10 000 levels.
std::vector<Bomb> bombs();

}  // namespace omscope::test
