// What a run of the sample network leaves behind, and what it should have computed.
#pragma once

#include <map>
#include <string>

#include "make_samples/network.h"

namespace omscope::samples {

/// Contents by path: dumps of the outputs of each op of tiny_resnet_b.om in fp16 and in device
/// layouts, a record of an overflow, and an exception dump whose input has NaN from element 1024.
std::map<std::string, std::string> network_dumps(const Network& network);

/// How a run on the device went.
enum class DeviceRun {
  kGood,   ///< fp16 weights and values: differs from golden by rounding
  kFault,  ///< the convolution "down" writes channels 0 to 15 also to where 16 to 31 belong
  kNan,    ///< the first convolution of the second block makes NaN of four values
};

/// Contents by path: dumps of the outputs of each op of tiny_resnet_b.om in such a run. Every op
/// computes with what the ops before it really made.
std::map<std::string, std::string> device_run(const Network& network, DeviceRun run);

/// Contents by path: what the layers of the network compute, as float32 .npy.
std::map<std::string, std::string> network_golden(const Network& network);

}  // namespace omscope::samples
