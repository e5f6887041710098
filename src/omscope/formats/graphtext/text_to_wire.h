// Protobuf text format to wire format.
//
// Graph dumps are read by the same walkers as binary models: their text is turned into the bytes
// that it spells, once, token by token, without message objects in between (a megabyte of "op{}"
// would cost 175 MB of them). Tokens come from protobuf's own tokenizer; the grammar is that of
// TextFormat: "name: value", "name { … }", "name < … >", "name: [a, b]", adjacent strings joined.
#pragma once

#include <string>

#include "omscope/core/problem.h"
#include "omscope/formats/wire/schema.h"

namespace omscope::graphtext {

/// The message that `text` spells. A fault ends the reading and becomes a problem with line and
/// column; what stood before it is kept. Fields that the schema lacks are skipped and counted.
std::string text_to_wire(std::string_view text, const wire::MessageSchema& schema,
                         Problems& problems);

}  // namespace omscope::graphtext
