// The network that the samples show: a small residual network, as a framework would describe it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace omscope::samples {

/// A constant of the network: float32, in the framework's layout.
struct Constant {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;
};

/// One node of the ONNX graph. Values are named after the node that makes them: "<node>_out".
struct Layer {
  std::string name;
  std::string type;                 ///< ONNX operator
  std::vector<std::string> inputs;  ///< names of layers, or "image"
  std::vector<Constant> constants;  ///< inputs behind those
  std::vector<int64_t> output;      ///< shape
  int64_t stride = 1;               ///< of Conv
};

struct Network {
  std::vector<int64_t> input = {1, 3, 32, 32};
  std::vector<Layer> layers;

  const Layer& layer(const std::string& name) const;
  /// Shape of what `name` makes; the input's for "image".
  const std::vector<int64_t>& shape_of(const std::string& name) const;
};

/// Stem, two residual blocks, classifier: 19 layers, 28 554 parameters. Constants are made by a
/// seeded generator, spread as a trained network's are.
Network make_network();

}  // namespace omscope::samples
