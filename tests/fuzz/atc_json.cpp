// The JSON of atc --mode=1.

#include "omscope/formats/graphtext/graphtext_reader.h"

#include "fuzz/check.h"
#include "fuzz/targets.h"

namespace omscope::fuzz {

void atc_json(std::string_view input) {
  look_at(graphtext::read_graphtext(as_file(input), Kind::kAtcJson));
}

}  // namespace omscope::fuzz
