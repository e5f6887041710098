// Graph dumps that borrow ONNX's messages, in protobuf text.

#include "omscope/formats/graphtext/graphtext_reader.h"

#include "fuzz/check.h"
#include "fuzz/targets.h"

namespace omscope::fuzz {

void ge_onnx(std::string_view input) {
  look_at(graphtext::read_graphtext(as_file(input), Kind::kGeOnnxText));
}

}  // namespace omscope::fuzz
