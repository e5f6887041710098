// The JSON of `atc --mode=1` to protobuf wire format.
//
// That JSON spells a ModelDef by field names: maps are lists of {"key", "value"}, enums are names,
// single floats are text, single bytes fields have C escapes, and what had nothing to show is null.
// It is read event by event, so its size in memory is that of the bytes it spells.
#pragma once

#include <string>
#include <string_view>

#include "omscope/core/problem.h"
#include "omscope/formats/wire/schema.h"

namespace omscope::graphtext {

/// The message that the JSON object `text` spells. A fault ends the reading and becomes a problem;
/// what stood before it is kept. Members that the schema lacks are skipped and counted.
std::string json_to_wire(std::string_view text, const wire::MessageSchema& schema,
                         Problems& problems);

/// Whether the outermost object has a member `name`, as far as the text can be read. Reads no
/// further than that member.
bool json_has_member(std::string_view text, std::string_view name);

}  // namespace omscope::graphtext
