// What libFuzzer calls. Built once per target, OMSCOPE_FUZZ_TARGET being its name.

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <sanitizer/allocator_interface.h>

#include "fuzz/check.h"
#include "fuzz/targets.h"

namespace {

std::atomic<int64_t> held = 0;
std::atomic<int64_t> most = 0;

void on_malloc(const volatile void* /*memory*/, size_t size) {
  const int64_t now = held += static_cast<int64_t>(size);
  int64_t seen = most;
  while (now > seen && !most.compare_exchange_weak(seen, now)) {
  }
}

void on_free(const volatile void* memory) {
  if (memory == nullptr) return;
  held -= static_cast<int64_t>(__sanitizer_get_allocated_size(const_cast<const void*>(memory)));
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  omscope::fuzz::require(__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) != 0,
                         "memory can be measured");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int64_t before = held;
  most = before;
  omscope::fuzz::OMSCOPE_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  omscope::fuzz::require(omscope::fuzz::fits(static_cast<uint64_t>(most - before), size),
                         "memory is bounded by the size of the input");
  return 0;
}
