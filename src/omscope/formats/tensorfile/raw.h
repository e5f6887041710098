// Bytes without any header, described by the user: `--raw DTYPE:SHAPE[:FORMAT]`.
#pragma once

#include <memory>
#include <string_view>

#include "omscope/ir/tensor_file.h"

namespace omscope::tensorfile {

struct RawSpec {
  DType dtype = DType::kUndefined;
  std::vector<int64_t> shape;  ///< at most one dim is -1: as many as there are bytes for
  Layout format;
};

/// "float16:1,3,224,224", "float16:1x16x2x2x16:NC1HWC0", "int8:-1", "float32:" (a scalar),
/// "float16:…:FRACTAL_Z:2" (two groups).
Result<RawSpec> parse_raw_spec(std::string_view text);

/// One tensor, "output:0". Bytes too many or too few are problems.
std::unique_ptr<ir::TensorFile> read_raw(const std::shared_ptr<const FileBytes>& file,
                                         const RawSpec& spec);

}  // namespace omscope::tensorfile
