#include "make_samples/device_layout.h"

#include <cmath>
#include <cstdint>

#include <Eigen/Core>

namespace omscope::samples {
namespace {

constexpr int64_t kC0 = 16;

int64_t blocks(int64_t count) {
  return (count + kC0 - 1) / kC0;
}

size_t product(const std::vector<int64_t>& shape) {
  size_t count = 1;
  for (const int64_t dim : shape) count *= static_cast<size_t>(dim);
  return count;
}

}  // namespace

float rounded_to_fp16(float value) {
  return static_cast<float>(Eigen::half(value));
}

std::string as_fp16(const std::vector<float>& values) {
  // The sign of a NaN that is computed depends on the processor.
  constexpr uint16_t kNan = 0x7E00;
  std::string out;
  for (const float value : values) {
    const uint16_t code = std::isnan(value) ? kNan : Eigen::half(value).x;
    out += static_cast<char>(code & 0xFFU);
    out += static_cast<char>(code >> 8U);
  }
  return out;
}

std::vector<int64_t> fractal_z_shape(const Constant& filter) {
  return {blocks(filter.shape[1]) * filter.shape[2] * filter.shape[3], blocks(filter.shape[0]), kC0,
          kC0};
}

std::string as_fractal_z(const Constant& filter) {
  const std::vector<int64_t> shape = fractal_z_shape(filter);
  std::vector<float> out(product(shape), 0.0F);
  const int64_t channels = filter.shape[1];
  const int64_t height = filter.shape[2];
  const int64_t width = filter.shape[3];
  size_t from = 0;
  for (int64_t n = 0; n < filter.shape[0]; ++n) {
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t h = 0; h < height; ++h) {
        for (int64_t w = 0; w < width; ++w) {
          const int64_t row = (c / kC0 * height + h) * width + w;
          const int64_t at = ((row * shape[1] + n / kC0) * kC0 + n % kC0) * kC0 + c % kC0;
          out[static_cast<size_t>(at)] = filter.values[from++];
        }
      }
    }
  }
  return as_fp16(out);
}

std::vector<int64_t> fractal_nz_shape_transposed(const Constant& matrix) {
  return {blocks(matrix.shape[0]), blocks(matrix.shape[1]), kC0, kC0};
}

std::string as_fractal_nz_transposed(const Constant& matrix) {
  const std::vector<int64_t> shape = fractal_nz_shape_transposed(matrix);
  std::vector<float> out(product(shape), 0.0F);
  size_t from = 0;
  for (int64_t m = 0; m < matrix.shape[0]; ++m) {
    for (int64_t k = 0; k < matrix.shape[1]; ++k) {
      const int64_t at = ((m / kC0 * shape[1] + k / kC0) * kC0 + k % kC0) * kC0 + m % kC0;
      out[static_cast<size_t>(at)] = matrix.values[from++];
    }
  }
  return as_fp16(out);
}

std::vector<int64_t> nc1hwc0_shape(const std::vector<int64_t>& nchw) {
  return {nchw[0], blocks(nchw[1]), nchw[2], nchw[3], kC0};
}

}  // namespace omscope::samples
