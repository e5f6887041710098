// Inputs that are no model: kinds whose reader is not there yet, and files of other programs.
#pragma once

#include <optional>
#include <string_view>

#include "omscope/core/bytes.h"
#include "omscope/core/kind.h"

namespace omscope {

/// A kind told from a few bytes; nothing where there are no such marks.
std::optional<Kind> kind_of_other_bytes(ByteView bytes);
std::optional<Kind> kind_of_other_text(std::string_view text);

/// What a file of another program is and what to do with it, "a gzip file; unpack it first"; empty
/// where it is none that is known.
std::string_view foreign_file(ByteView bytes);

}  // namespace omscope
