#include "omscope/ir/tensor_file.h"

#include "omscope/core/checksum.h"

namespace omscope::ir {

bool is_as_stored(const StoredTensor& tensor) {
  return !tensor.checksum || crc32_of(tensor.checksum->of) == tensor.checksum->crc32;
}

}  // namespace omscope::ir
