// Values as Python source and as JSON, safe whatever their names hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "omscope/core/json.h"
#include "omscope/ir/attr.h"

namespace omscope::repro {

/// A string literal.
std::string python_string(std::string_view text);
/// "(1, 2)", "(1,)", "()".
std::string python_tuple(const std::vector<int64_t>& dims);

/// An attribute as Python writes it; empty for kinds that a case cannot hold (tensors, graphs).
std::string python_value(const ir::AttrValue& value);

/// The type that msOpST calls it, "list_int"; empty for kinds that it does not know.
std::string_view msopst_type(const ir::AttrValue& value);
Json json_value(const ir::AttrValue& value);

}  // namespace omscope::repro
