// Names that compilers make up, and what is left of a name without them.
#pragma once

#include <string_view>

namespace omscope::diff {

/// "dynamic_const_3820_100", "trans_TransData_11", "atomic_addr_clean-1_0": numbered by the
/// compiler, so that equal ones prove nothing.
bool is_generated(std::string_view name);

/// The name of the source model's op inside of a compiled op's name:
/// "trans_TransData_98PartitionedCall_/fc/Gemm_MatMulV2_33function_graph_10/…_pass.1" is
/// "/fc/Gemm". The whole name where nothing was added.
std::string_view normalised(std::string_view name);

/// "output_0_conv1_0": made from the op that the output comes from.
bool is_generated_output(std::string_view name);

/// The name an author gave to an output: what stands behind the last "op:index:".
std::string_view output_name(std::string_view name);

}  // namespace omscope::diff
