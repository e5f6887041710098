#include <sys/mman.h>
#include <unistd.h>

#include "omscope/numeric/blocks.h"

namespace omscope::numeric {

void read_ahead(ByteView bytes) {
#if defined(MADV_POPULATE_READ)
  static const auto kPage = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<uintptr_t>(bytes.data());
  const uintptr_t from = begin / kPage * kPage;
  // An older kernel, or a file that was cut meanwhile: the loop that reads will find out.
  ::madvise(reinterpret_cast<void*>(from), begin + bytes.size() - from, MADV_POPULATE_READ);
#else
  static_cast<void>(bytes);
#endif
}

}  // namespace omscope::numeric
