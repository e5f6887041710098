// Dumps.

#include "fuzz/seeds.h"
#include "support/dump_samples.h"

namespace omscope::fuzz::seeds {

Seeds dumps() {
  Seeds all;
  for (auto& [name, content] : test::dump_samples()) all.push_back(std::move(content));
  return all;
}

}  // namespace omscope::fuzz::seeds
