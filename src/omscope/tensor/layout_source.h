// What a stored tensor is: its logical axes and where their elements are. Used by convert_layout.
#pragma once

#include <string>
#include <vector>

#include "omscope/tensor/convert_layout.h"

namespace omscope::tensor {

struct StoredSource {
  Axes axes;
  Placement placement;
  std::vector<std::string> notes;
};

/// Fails when the shapes do not say it, or do not fit each other.
Result<StoredSource> read_source(const LayoutRule& rule, const StoredShape& from);

}  // namespace omscope::tensor
