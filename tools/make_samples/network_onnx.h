#pragma once

#include <string>

#include "make_samples/network.h"

namespace omscope::samples {

/// The network as an ONNX model (IR 8, opset 13), serialised.
std::string network_as_onnx(const Network& network);

}  // namespace omscope::samples
