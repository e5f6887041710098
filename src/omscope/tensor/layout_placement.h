// Where a layout puts each element of a logical tensor.
#pragma once

#include <vector>

#include "omscope/core/result.h"
#include "omscope/tensor/layout_shape.h"

namespace omscope::tensor {

/// More dims than any framework allows (numpy: 32).
constexpr size_t kMostDims = 32;

/// One dim of memory: a digit of an axis's coordinate, (coordinate / step) % size.
struct Digit {
  int axis = 0;  ///< position in Axes::dims; its size stands for all axes that the tensor lacks
  int64_t step = 1;
  int64_t size = 1;
  int64_t stride = 0;  ///< in elements
};

/// A grouped FRACTAL_Z: `fold` groups share one block of C1·H·W x Co x C0, each on the diagonal.
struct Groups {
  int64_t count = 1;
  int64_t fold = 1;            ///< E
  int64_t channels = 0;        ///< of one group
  int64_t kernels = 0;         ///< N of one group
  int64_t padded_kernels = 0;  ///< Co
  int64_t block = 0;           ///< elements of one block

  bool grouped() const { return count > 1; }
};

struct Placement {
  std::vector<int64_t> shape;  ///< as the device states it
  std::vector<Digit>
      digits;         ///< outermost first, those of size one left out; of one block if grouped
  int64_t count = 0;  ///< elements, padding included
  int64_t c0 = 0;
  bool diagonal = false;  ///< C1HWNCoC0: of C0 x C0 elements, only the diagonal is used
  bool fused = false;     ///< H and W are one axis (FRACTAL_Z_C04): W's, with H·W coordinates
  Groups groups;
};

/// Fails when the axes do not suit the layout or the sizes pass 2^62.
Result<Placement> place(const LayoutRule& rule, const Axes& axes, int64_t c0, int64_t groups);

/// Makes one axis of those that follow each other in both layouts, so that runs get longer, and
/// adds the axis of one element that stands for those the tensor lacks. Fails when one layout has H
/// and W as one axis and the other cannot have them so.
Result<Done> fuse_axes(Axes& axes, Placement& a, Placement& b);

Problem layout_problem(Code code, std::string where, std::string message);

}  // namespace omscope::tensor
