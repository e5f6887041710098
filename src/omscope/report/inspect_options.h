// What `omscope inspect` is asked to show.
#pragma once

#include <string>
#include <vector>

namespace omscope::report {

struct InspectOptions {
  bool header = false;
  bool partitions = false;
  bool io = false;
  bool attrs = false;  ///< model attributes; host paths are not masked then
  bool ops = false;
  bool weights = false;
  bool tasks = false;
  bool kernels = false;
  bool aipp = false;
  bool stats = false;                 ///< census of weights
  std::vector<std::string> op_globs;  ///< ops to show in full; empty: none in particular

  bool wants_op(std::string_view name) const;
};

}  // namespace omscope::report
