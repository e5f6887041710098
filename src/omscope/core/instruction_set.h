// Which instructions this program may use.
#pragma once

#include <string_view>

namespace omscope {

/// The instruction set that the numeric code uses on this machine, "x86-64 (baseline)".
std::string_view instruction_set_in_use();

}  // namespace omscope
