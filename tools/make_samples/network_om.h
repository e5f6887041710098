#pragma once

#include <string>

#include "make_samples/network.h"

namespace omscope::samples {

/// One build of the network: what differs between compilers that make the same of it.
struct Build {
  std::string name;
  std::string soc_version;
  std::string atc_version;
  std::string compiler;      ///< stamp in the kernels
  int process = 0;           ///< number of the compiler process, in names of constants
  bool wide_table = false;   ///< 64-bit table, MODEL_INOUT_INFO, compressed attributes
  bool cast_output = false;  ///< a Cast of its own makes the float32 output
};

/// The two builds of the samples: an older compiler for one chip, a newer one for another.
Build older_build();
Build newer_build();

/// The network as that build's offline model: fp16 in device layouts, convolutions fused with what
/// follows them, kernels, tasks.
std::string network_as_om(const Network& network, const Build& build);

}  // namespace omscope::samples
