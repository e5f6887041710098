#include "make_samples/network_run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

namespace omscope::samples {
namespace {

using Values = std::vector<float>;
using Dims = std::vector<int64_t>;

size_t product(const Dims& shape) {
  size_t count = 1;
  for (const int64_t dim : shape) count *= static_cast<size_t>(dim);
  return count;
}

Values make_image(const Dims& shape) {
  std::mt19937 generator(31);
  Values image(product(shape));
  for (float& value : image) {
    value = static_cast<float>(static_cast<double>(generator()) / 4294967296.0 * 2 - 1);
  }
  return image;
}

/// 3 x 3, padded by one; sums in double, so that no order of additions shows.
Values convolve(const Values& in, const Dims& from, const Layer& layer) {
  const Constant& filter = layer.constants[0];
  const Constant& bias = layer.constants[1];
  const int64_t height = from[2];
  const int64_t width = from[3];
  Values out;
  out.reserve(product(layer.output));
  for (int64_t n = 0; n < layer.output[1]; ++n) {
    for (int64_t y = 0; y < layer.output[2]; ++y) {
      for (int64_t x = 0; x < layer.output[3]; ++x) {
        double sum = static_cast<double>(bias.values[static_cast<size_t>(n)]);
        for (int64_t i = 0; i < from[1] * 9; ++i) {
          const int64_t row = y * layer.stride + i / 3 % 3 - 1;
          const int64_t column = x * layer.stride + i % 3 - 1;
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          const auto at = static_cast<size_t>((i / 9 * height + row) * width + column);
          sum += static_cast<double>(in[at]) *
                 static_cast<double>(filter.values[static_cast<size_t>(n * from[1] * 9 + i)]);
        }
        out.push_back(static_cast<float>(sum));
      }
    }
  }
  return out;
}

Values pool_most(const Values& in, const Dims& from, const Dims& to) {
  Values out;
  for (int64_t i = 0; i < static_cast<int64_t>(product(to)); ++i) {
    const int64_t column = i % to[3] * 2;
    const int64_t row = i / to[3] % to[2] * 2;
    const int64_t start = (i / to[3] / to[2] * from[2] + row) * from[3] + column;
    const auto at = [&](int64_t by) { return in[static_cast<size_t>(start + by)]; };
    out.push_back(std::max(std::max(at(0), at(1)), std::max(at(from[3]), at(from[3] + 1))));
  }
  return out;
}

Values average(const Values& in, const Dims& from) {
  Values out;
  const auto area = static_cast<size_t>(from[2] * from[3]);
  for (size_t start = 0; start < in.size(); start += area) {
    double sum = 0;
    for (size_t i = 0; i < area; ++i) sum += static_cast<double>(in[start + i]);
    out.push_back(static_cast<float>(sum / static_cast<double>(area)));
  }
  return out;
}

Values multiply(const Values& in, const Layer& layer) {
  Values out = layer.constants[1].values;
  for (size_t n = 0; n < out.size(); ++n) {
    double sum = static_cast<double>(out[n]);
    for (size_t i = 0; i < in.size(); ++i) {
      sum += static_cast<double>(in[i]) *
             static_cast<double>(layer.constants[0].values[n * in.size() + i]);
    }
    out[n] = static_cast<float>(sum);
  }
  return out;
}

Values softmax(Values values) {
  const double most = static_cast<double>(*std::max_element(values.begin(), values.end()));
  double sum = 0;
  for (const float value : values) sum += std::exp(static_cast<double>(value) - most);
  for (float& value : values) {
    value = static_cast<float>(std::exp(static_cast<double>(value) - most) / sum);
  }
  return values;
}

}  // namespace

std::map<std::string, std::vector<float>> run_network(const Network& network,
                                                      const AfterLayer& after) {
  std::map<std::string, Values> made;
  made["image"] = make_image(network.input);
  if (after) after("image", made["image"]);
  for (const Layer& layer : network.layers) {
    const Values& in = made.at(layer.inputs[0]);
    const Dims& from = network.shape_of(layer.inputs[0]);
    Values out = in;
    if (layer.type == "Conv") out = convolve(in, from, layer);
    if (layer.type == "MaxPool") out = pool_most(in, from, layer.output);
    if (layer.type == "GlobalAveragePool") out = average(in, from);
    if (layer.type == "Gemm") out = multiply(in, layer);
    if (layer.type == "Softmax") out = softmax(in);
    if (layer.type == "Add") {
      const Values& other = made.at(layer.inputs[1]);
      std::transform(in.begin(), in.end(), other.begin(), out.begin(), std::plus<>());
    }
    if (layer.type == "Relu") {
      for (float& value : out) value = std::max(value, 0.0F);
    }
    if (out.size() != product(layer.output)) throw std::logic_error(layer.name + " has no rule");
    if (after) after(layer.name, out);
    made[layer.name] = std::move(out);
  }
  return made;
}

}  // namespace omscope::samples
