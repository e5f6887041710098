// The dump of one op: a file, or the one of a folder.
#pragma once

#include <string>

#include "omscope/formats/read_input.h"

namespace omscope::repro {

/// `path` is a dump or a folder of them; of several dumps of the op the last one is taken. The
/// result holds `tensors`, and their place is completed by the file's name.
Result<Input> find_dump(const std::string& path, const std::string& op);

}  // namespace omscope::repro
