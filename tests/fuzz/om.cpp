// Offline models of every dialect: Ascend, flow, bundle, nano, HiAI, SVP, those of 2019.

#include "omscope/formats/om/om_reader.h"

#include "fuzz/check.h"
#include "fuzz/targets.h"

namespace omscope::fuzz {

void om(std::string_view input) {
  const auto file = as_file(input);
  look_at(om::read_om(file, file->bytes()));
}

}  // namespace omscope::fuzz
