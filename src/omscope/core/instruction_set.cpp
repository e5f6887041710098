#include "omscope/core/instruction_set.h"

namespace omscope {

// Code for wider vectors, once there is any, is chosen when the program runs: what was chosen is
// then told here.
std::string_view instruction_set_in_use() {
#if defined(__x86_64__)
  return "x86-64 (baseline)";
#elif defined(__aarch64__)
  return "aarch64 (baseline)";
#else
  return "generic";
#endif
}

}  // namespace omscope
