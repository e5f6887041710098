// ONNX models, binary.

#include "omscope/formats/onnx/onnx_reader.h"

#include "fuzz/check.h"
#include "fuzz/targets.h"

namespace omscope::fuzz {

void onnx(std::string_view input) {
  look_at(onnx::read_onnx(as_file(input)));
}

}  // namespace omscope::fuzz
