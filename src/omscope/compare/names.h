// Names of ops as different writers leave them.
#pragma once

#include <string>
#include <string_view>

namespace omscope::compare {

/// As the writers of dumps put an op's name into that of a file: space, ".", "/" and "\" are "_".
std::string sanitised(std::string_view name);

/// `sanitised` without what compilers and frameworks add around the name of the same op:
/// "PartitionedCall_", "_lxslice3", "sgt_graph_1_", "_ascend_mbatch_batch_2", the words around a
/// quantised layer, ":0" of a tensor's name.
std::string normalised(std::string_view name);

/// Whether the name or the type is that of an op that quantises, or goes back.
bool is_quantiser(std::string_view op_type);
bool is_dequantiser(std::string_view op_type);

/// Ops that change how a tensor is stored and not what it is: Cast, TransData and the like.
bool keeps_values(std::string_view op_type);

}  // namespace omscope::compare
