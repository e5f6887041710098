// Dumps of every kind: found by their content, and by each reader that detection would not choose.

#include "fuzz/check.h"
#include "fuzz/targets.h"
#include "support/dump_samples.h"

namespace omscope::fuzz {

void dumps(std::string_view input) {
  const size_t tensors = test::read_dump_everything(input);
  require(tensors <= input.size(), "there are no more tensors than bytes");
}

}  // namespace omscope::fuzz
