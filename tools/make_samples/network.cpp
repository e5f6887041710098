#include "make_samples/network.h"

#include <cmath>
#include <random>
#include <stdexcept>

namespace omscope::samples {
namespace {

/// Values around zero whose variance falls with the number of inputs. Sums of uniform numbers: the
/// standard library's own normal distribution differs between implementations.
class Values {
 public:
  std::vector<float> take(const std::vector<int64_t>& shape, double scale) {
    size_t count = 1;
    for (const int64_t dim : shape) count *= static_cast<size_t>(dim);
    std::vector<float> out(count);
    for (float& value : out) value = static_cast<float>(scale * next());
    return out;
  }

 private:
  double next() {
    constexpr int kTerms = 6;
    double sum = 0;
    for (int i = 0; i < kTerms; ++i) sum += static_cast<double>(generator_()) / 4294967296.0 - 0.5;
    return sum * std::sqrt(12.0 / kTerms);
  }
  std::mt19937 generator_{20240229};
};

class Maker {
 public:
  void conv(const std::string& name, const std::string& from, int64_t out, int64_t stride) {
    const std::vector<int64_t> in = network.shape_of(from);
    const std::vector<int64_t> filter = {out, in[1], 3, 3};
    Layer layer{name + "/Conv", "Conv", {from}};
    const double scale = std::sqrt(2.0 / static_cast<double>(in[1] * 9));
    layer.constants.push_back({name + ".weight", filter, values_.take(filter, scale)});
    layer.constants.push_back({name + ".bias", {out}, values_.take({out}, 0.05)});
    layer.output = {1, out, in[2] / stride, in[3] / stride};
    layer.stride = stride;
    network.layers.push_back(std::move(layer));
  }

  void plain(const std::string& name, const std::string& type, const std::vector<std::string>& from,
             const std::vector<int64_t>& output) {
    network.layers.push_back({name, type, from, {}, output});
  }

  void relu(const std::string& name, const std::string& from) {
    plain(name, "Relu", {from}, network.shape_of(from));
  }

  /// Two convolutions around which the input is added.
  void block(const std::string& name, const std::string& from) {
    const std::vector<int64_t> shape = network.shape_of(from);
    conv(name + "/a", from, shape[1], 1);
    relu(name + "/a/Relu", name + "/a/Conv");
    conv(name + "/b", name + "/a/Relu", shape[1], 1);
    plain(name + "/Add", "Add", {name + "/b/Conv", from}, shape);
    relu(name + "/Relu", name + "/Add");
  }

  void classifier(const std::string& from) {
    const int64_t features = network.shape_of(from)[1];
    plain("pool/GlobalAveragePool", "GlobalAveragePool", {from}, {1, features, 1, 1});
    plain("flatten/Flatten", "Flatten", {"pool/GlobalAveragePool"}, {1, features});
    Layer layer{"fc/Gemm", "Gemm", {"flatten/Flatten"}};
    const double scale = std::sqrt(1.0 / static_cast<double>(features));
    layer.constants.push_back({"fc.weight", {10, features}, values_.take({10, features}, scale)});
    layer.constants.push_back({"fc.bias", {10}, values_.take({10}, 0.05)});
    layer.output = {1, 10};
    network.layers.push_back(std::move(layer));
    plain("softmax/Softmax", "Softmax", {"fc/Gemm"}, {1, 10});
  }

  Network network;

 private:
  Values values_;
};

}  // namespace

const Layer& Network::layer(const std::string& name) const {
  for (const Layer& each : layers) {
    if (each.name == name) return each;
  }
  throw std::logic_error("no layer is called " + name);
}

const std::vector<int64_t>& Network::shape_of(const std::string& name) const {
  return name == "image" ? input : layer(name).output;
}

Network make_network() {
  Maker maker;
  maker.conv("stem", "image", 16, 1);
  maker.relu("stem/Relu", "stem/Conv");
  maker.plain("stem/MaxPool", "MaxPool", {"stem/Relu"}, {1, 16, 16, 16});
  maker.block("block1", "stem/MaxPool");
  maker.conv("down", "block1/Relu", 32, 2);
  maker.relu("down/Relu", "down/Conv");
  maker.block("block2", "down/Relu");
  maker.classifier("block2/Relu");
  return std::move(maker.network);
}

}  // namespace omscope::samples
