#include "support/memory_meter.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#include <malloc.h>

namespace {

std::atomic<int64_t> held = 0;
std::atomic<int64_t> most = 0;

}  // namespace

// GCC says that a sanitizer owns the allocator by a macro, Clang by a feature.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(OMSCOPE_SANITIZED)
#define OMSCOPE_SANITIZED
#endif
#endif
#if !defined(__SANITIZE_ADDRESS__) && !defined(OMSCOPE_SANITIZED)

namespace {

void* take(std::size_t size, std::size_t alignment) {
  void* memory = alignment <= alignof(std::max_align_t)
                     ? std::malloc(size)
                     : std::aligned_alloc(alignment, (size + alignment - 1) & ~(alignment - 1));
  if (memory == nullptr) throw std::bad_alloc();
  const auto now = held += static_cast<int64_t>(malloc_usable_size(memory));
  int64_t seen = most;
  while (now > seen && !most.compare_exchange_weak(seen, now)) {
  }
  return memory;
}

void give_back(void* memory) {
  held -= static_cast<int64_t>(malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

// The array and nothrow forms call these.
void* operator new(std::size_t size) {
  return take(size, 1);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return take(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  give_back(memory);
}

#endif

namespace omscope::test {

MemoryMeter::MemoryMeter() : before_(held) {
  most = before_;
}

uint64_t MemoryMeter::peak() const {
  return static_cast<uint64_t>(std::max<int64_t>(most - before_, 0));
}

}  // namespace omscope::test
