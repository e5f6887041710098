// The user's own pairs of names: a text file with a pair on each line,
//
//   # run              golden
//   conv1_fused,       Relu_1
//   fc:output:1        <tab> Gemm_7:output:0
//
// run and golden apart by a tab, or by a comma where there is no tab. A name alone stands for all
// tensors of the op.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "omscope/core/result.h"

namespace omscope::compare {

struct NamedTensor {
  std::string op;
  std::string slot;  ///< empty: all
};

struct NamePair {
  NamedTensor run;
  NamedTensor golden;
  size_t line = 0;
};

/// `file` is for messages.
omscope::Result<std::vector<NamePair>> parse_name_pairs(std::string_view text,
                                                        const std::string& file);
omscope::Result<std::vector<NamePair>> read_name_pairs(const std::string& path);

/// "op:output:1" in its parts; without a slot where the end is none.
NamedTensor parse_named_tensor(std::string_view text);

}  // namespace omscope::compare
