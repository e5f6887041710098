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

/// Bombs of one kind of file, made when they are wanted: about a megabyte each (a quarter with
/// sanitizers), deep ones 10 000 levels.
struct BombGroup {
  const char* name;
  void (*make)(std::vector<Bomb>& all);
};

const std::vector<BombGroup>& bomb_groups();

}  // namespace omscope::test
