// How much memory a piece of a test takes.
#pragma once

#include <cstdint>

namespace omscope::test {

/// Counts what `operator new` hands out while it lives; libraries written in C are not seen. Linked
/// programs count all the time, so nested meters do not work. Sanitizer builds keep their own
/// operators and measure nothing.
class MemoryMeter {
 public:
  MemoryMeter();
  /// Most bytes that were held at once since the meter was made, beyond what was held then.
  uint64_t peak() const;

 private:
  int64_t before_;
};

}  // namespace omscope::test
