// Inputs of any kind, the way `omscope inspect` and `convert` take them: detection, reading, and
// every report.

#include "damage/reading.h"
#include "fuzz/targets.h"

namespace omscope::fuzz {

void inspect(std::string_view input) {
  (void)test::read_everything(input);
}

}  // namespace omscope::fuzz
