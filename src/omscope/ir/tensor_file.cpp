#include "omscope/ir/tensor_file.h"

#include "omscope/core/checksum.h"
#include "omscope/core/text.h"

namespace omscope::ir {

bool is_as_stored(const StoredTensor& tensor) {
  return !tensor.checksum || crc32_of(tensor.checksum->of) == tensor.checksum->crc32;
}

void check_payloads(TensorFile& file) {
  for (const StoredTensor& tensor : file.tensors) {
    if (is_as_stored(tensor)) continue;
    file.problems.error(Code::kBadArchive, tensor.offset, for_terminal(tensor.name),
                        "the CRC-32 in the archive does not fit its bytes; get the file again");
  }
}

}  // namespace omscope::ir
