// Constants as a compiler lays them out for the device: fp16, in fractal layouts, padded with
// zeros.
#pragma once

#include <string>

#include "make_samples/network.h"

namespace omscope::samples {

/// The nearest value that fp16 has.
float rounded_to_fp16(float value);

/// fp16 bytes in the order they are given.
std::string as_fp16(const std::vector<float>& values);

/// A filter [N, C, H, W] as FRACTAL_Z [C1·H·W, N1, 16, C0]: element (n, c, h, w) stands at
/// ((c / 16 · H + h) · W + w, n / 16, n % 16, c % 16).
std::string as_fractal_z(const Constant& filter);
std::vector<int64_t> fractal_z_shape(const Constant& filter);

/// A matrix [K, M], given transposed as [M, K] (ONNX Gemm with transB), as FRACTAL_NZ
/// [M1, K1, 16, 16]: element (k, m) stands at (m / 16, k / 16, k % 16, m % 16).
std::string as_fractal_nz_transposed(const Constant& matrix);
std::vector<int64_t> fractal_nz_shape_transposed(const Constant& matrix);

/// [1, C, H, W] as NC1HWC0 [1, C1, H, W, 16].
std::vector<int64_t> nc1hwc0_shape(const std::vector<int64_t>& nchw);

}  // namespace omscope::samples
