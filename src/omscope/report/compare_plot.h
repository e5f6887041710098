// The error along the network as a picture.
#pragma once

#include <ostream>

#include "omscope/compare/result.h"

namespace omscope::report {

/// An SVG element: pairs in the order of the model from left to right, their error upwards on a
/// logarithmic scale; each point leads to the row `#t<index>` of its pair. Where there are more
/// pairs than a screen has columns, the worst of neighbours stands for them.
void write_error_plot(std::ostream& out, const compare::Result& result);

}  // namespace omscope::report
