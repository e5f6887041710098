#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "omscope/numeric/blocks.h"

namespace omscope::numeric {
namespace {

/// Whether touching the middle of it is a page fault. Asking the kernel for pages that are mapped
/// already takes a tenth of what all else takes, and a chunk is mapped as a whole, or not at all.
[[maybe_unused]] bool faults(ByteView bytes) {
  rusage before{};
  rusage after{};
  ::getrusage(RUSAGE_THREAD, &before);
  static_cast<void>(*static_cast<const volatile std::byte*>(bytes.data() + bytes.size() / 2));
  ::getrusage(RUSAGE_THREAD, &after);
  return before.ru_minflt != after.ru_minflt || before.ru_majflt != after.ru_majflt;
}

}  // namespace

void read_ahead(ByteView bytes) {
#if defined(MADV_POPULATE_READ)
  static const auto kPage = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  constexpr size_t kFew = 16;  // pages: the kernel maps as many at a fault
  if (bytes.size() <= kFew * kPage || !faults(bytes)) return;
  const auto begin = reinterpret_cast<uintptr_t>(bytes.data());
  const uintptr_t from = begin / kPage * kPage;
  // An older kernel, or a file that was cut meanwhile: the loop that reads will find out.
  ::madvise(reinterpret_cast<void*>(from), begin + bytes.size() - from, MADV_POPULATE_READ);
#else
  static_cast<void>(bytes);
#endif
}

}  // namespace omscope::numeric
