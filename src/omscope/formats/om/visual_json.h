// The graph in an om2 archive: "ge_visual_json", a ModelDef in JSON with attributes made short.
//
// Members are the fields of ModelDef, enums by name, but maps are objects: an attribute is text
// (s), an integer (i), a number (f) or a truth value (b) as it stands; a list of lists
// (list_list_int, list_list_float); or {"type", "value"}, where the type is bytes, expression,
// func, tensor_desc, tensor, graph, or list_<kind>. Known from public sources of 2026 only.
#pragma once

#include <string>
#include <string_view>

#include "omscope/core/problem.h"

namespace omscope::om {

/// The ModelDef on the wire; empty where the text is no such JSON, which is then a problem.
std::string visual_json_to_wire(std::string_view text, Problems& problems);

}  // namespace omscope::om
