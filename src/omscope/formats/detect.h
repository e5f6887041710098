// What an input is, found from its content. Names and suffixes are never looked at.
#pragma once

#include <string>

#include "omscope/core/bytes.h"
#include "omscope/core/kind.h"

namespace omscope {

struct Detection {
  Kind kind = Kind::kUnknown;
  /// Of an unknown input: what it is instead, one word of the list in docs/cli.md.
  std::string detected;
  /// For people: the same in a sentence, with what to do.
  std::string explanation;
};

Detection detect(ByteView bytes);

}  // namespace omscope
