// What the targets share.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "omscope/ir/model.h"

namespace omscope::fuzz {

/// The input as a file. Its folder does not exist, so no external data is ever found beside it.
std::shared_ptr<const FileBytes> as_file(std::string_view input);

/// Follows all that the model refers to, by writing it as JSON into nothing: names and constants
/// are views, and a wrong one shows only when somebody looks.
void look_at(std::unique_ptr<ir::Model> model);

/// What the library promises: ten times the input and 64 MB, whatever an input says about itself.
constexpr bool fits(uint64_t memory, uint64_t input_size) {
  return memory < 10 * input_size + (uint64_t{64} << 20);
}

/// Ends the process with the text where a property does not hold; fuzzers take that for a crash.
void require(bool holds, std::string_view property);

}  // namespace omscope::fuzz
