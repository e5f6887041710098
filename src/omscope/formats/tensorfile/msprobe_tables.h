// msprobe's construct.json and stack.json as tables.
#pragma once

#include <string_view>

#include "omscope/ir/tensor_file.h"

namespace omscope::tensorfile {

/// `text` starts with "{". Only its first member is looked at.
bool looks_like_construct(std::string_view text);
bool looks_like_stack(std::string_view text);

void read_construct(ir::TensorFile& out);
void read_stack(ir::TensorFile& out);

}  // namespace omscope::tensorfile
