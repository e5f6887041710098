// Layouts element by element, straight from their formulas; knows nothing of the library's code.
#pragma once

#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

namespace omscope::test {

/// Coordinates or extents of an image tensor.
struct Point {
  int64_t n = 1, c = 1, d = 1, h = 1, w = 1;

  int64_t& of(char letter) {
    switch (letter) {
      case 'N': return n;
      case 'C': return c;
      case 'D': return d;
      case 'H': return h;
      default: return w;
    }
  }
};

struct Reference {
  std::string layout;
  Point size;  ///< for FRACTAL_Z with groups, C is of one group
  int64_t c0 = 16;
  int64_t groups = 1;
};

inline int64_t up(int64_t a, int64_t b) {
  return (a + b - 1) / b;
}

struct GroupSizes {
  int64_t k, e, ci, co;
};
inline GroupSizes group_sizes(const Reference& r) {
  const int64_t c = r.size.c;
  const int64_t k = r.size.n / r.groups;
  const int64_t e =
      std::min(std::lcm(std::lcm(c, r.c0) / c, std::lcm(k, int64_t{16}) / k), r.groups);
  return {k, e, up(e * c, r.c0) * r.c0, up(e * k, 16) * 16};
}

inline std::vector<int64_t> reference_shape(const Reference& r) {
  auto [N, C, D, H, W] = r.size;
  const int64_t c0 = r.c0;
  if (r.layout == "NC1HWC0" || r.layout == "NC1HWC0_C04") return {N, up(C, c0), H, W, c0};
  if (r.layout == "NDC1HWC0") return {N, D, up(C, c0), H, W, c0};
  if (r.layout == "C1HWNC0") return {up(C, c0), H, W, N, c0};
  if (r.layout == "C1HWNCoC0") return {up(C, c0), H, W, N, c0, c0};
  if (r.layout == "FRACTAL_Z" && r.groups > 1) {
    const GroupSizes g = group_sizes(r);
    return {up(r.groups, g.e) * (g.ci / c0) * H * W, g.co / 16, 16, c0};
  }
  if (r.layout == "FRACTAL_Z") return {up(C, c0) * H * W, up(N, 16), 16, c0};
  if (r.layout == "FRACTAL_Z_C04") return {up(4 * H * W, c0), up(N, 16), 16, c0};
  if (r.layout == "FRACTAL_Z_3D") return {D * up(C, c0) * H * W, up(N, 16), 16, c0};
  if (r.layout == "FRACTAL_Z_3D_TRANSPOSE") return {D * up(N, c0) * H * W, up(C, 16), 16, c0};
  std::vector<int64_t> plain;
  Point size = r.size;
  for (const char letter : r.layout) plain.push_back(size.of(letter));
  return plain;
}

inline int64_t reference_index(const Reference& r, Point at) {
  auto [N, C, D, H, W] = r.size;
  auto [n, c, d, h, w] = at;
  const int64_t c0 = r.c0;
  const int64_t c1 = up(C, c0);
  const int64_t np = up(N, 16) * 16;
  if (r.layout == "NC1HWC0" || r.layout == "NC1HWC0_C04") {
    return (((n * c1 + c / c0) * H + h) * W + w) * c0 + c % c0;
  }
  if (r.layout == "NDC1HWC0") return ((((n * D + d) * c1 + c / c0) * H + h) * W + w) * c0 + c % c0;
  if (r.layout == "C1HWNC0") return ((((c / c0) * H + h) * W + w) * N + n) * c0 + c % c0;
  if (r.layout == "C1HWNCoC0") {
    return ((((c / c0) * H + h) * W + w) * N + n) * c0 * c0 + (c % c0) * c0 + c % c0;
  }
  if (r.layout == "FRACTAL_Z" && r.groups > 1) {
    const GroupSizes g = group_sizes(r);
    const int64_t q = n / g.k;
    const int64_t dci = (q % g.e) * C + c;
    const int64_t dco = (q % g.e) * g.k + n % g.k;
    return (((((q / g.e) * (g.ci / c0) + dci / c0) * H + h) * W + w) * g.co + dco) * c0 + dci % c0;
  }
  if (r.layout == "FRACTAL_Z") return (((c / c0) * H + h) * W + w) * np * c0 + n * c0 + c % c0;
  if (r.layout == "FRACTAL_Z_C04") {
    const int64_t k = (h * W + w) * 4 + c;
    return (k / c0) * np * c0 + (n / 16) * 16 * c0 + (n % 16) * c0 + k % c0;
  }
  if (r.layout == "FRACTAL_Z_3D") {
    return (((d * c1 + c / c0) * H + h) * W + w) * np * c0 + n * c0 + c % c0;
  }
  if (r.layout == "FRACTAL_Z_3D_TRANSPOSE") {
    return (((d * up(N, c0) + n / c0) * H + h) * W + w) * up(C, 16) * 16 * c0 + c * c0 + n % c0;
  }
  int64_t index = 0;
  Point size = r.size;
  for (const char letter : r.layout) index = index * size.of(letter) + at.of(letter);
  return index;
}

inline int64_t product(const std::vector<int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

/// Elements of `from` in the places of `to`; zero where `to` has padding.
template <class T>
std::vector<T> reference_convert(const Reference& from, const Reference& to,
                                 const std::vector<T>& elements) {
  std::vector<T> out(static_cast<size_t>(product(reference_shape(to))));
  const Point size = from.size;
  Point at;
  for (at.n = 0; at.n < size.n; ++at.n)
    for (at.c = 0; at.c < size.c; ++at.c)
      for (at.d = 0; at.d < size.d; ++at.d)
        for (at.h = 0; at.h < size.h; ++at.h)
          for (at.w = 0; at.w < size.w; ++at.w)
            out.at(static_cast<size_t>(reference_index(to, at))) =
                elements.at(static_cast<size_t>(reference_index(from, at)));
  return out;
}

/// FRACTAL_NZ or FRACTAL_ZZ of `dims`: shape, and the place of each element of the row-major
/// tensor.
struct MatrixReference {
  std::vector<int64_t> shape;
  std::vector<int64_t> places;
};
inline MatrixReference matrix_reference(bool is_nz, const std::vector<int64_t>& dims, int64_t c0) {
  MatrixReference reference;
  const int64_t w = dims.back();
  const int64_t h = dims.size() < 2 ? 1 : dims[dims.size() - 2];
  if (dims.size() > 2) reference.shape.assign(dims.begin(), dims.end() - 2);
  const int64_t batch = product(reference.shape);
  const int64_t w1 = up(w, c0);
  const int64_t h1 = up(h, is_nz ? 16 : c0);
  for (const int64_t dim : is_nz ? std::array{w1, h1, int64_t{16}, c0} : std::array{h1, w1, c0, c0})
    reference.shape.push_back(dim);
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t y = 0; y < h; ++y)
      for (int64_t x = 0; x < w; ++x)
        reference.places.push_back(
            is_nz ? b * w1 * h1 * 16 * c0 + (x / c0) * h1 * 16 * c0 + y * c0 + x % c0
                  : b * h1 * w1 * c0 * c0 + (((y / c0) * w1 + x / c0) * c0 + y % c0) * c0 + x % c0);
  return reference;
}

}  // namespace omscope::test
