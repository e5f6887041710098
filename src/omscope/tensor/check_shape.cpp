#include "omscope/tensor/check_shape.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/tensor/layout_source.h"

namespace omscope::tensor {

void check_origin_shapes(ir::TensorFile& file) {
  for (const ir::StoredTensor& tensor : file.tensors) {
    const bool stated = tensor.has_shape && tensor.has_origin_shape && !tensor.shape.empty() &&
                        !tensor.origin_shape.empty();
    if (!stated || !is_device_layout(tensor.format)) continue;
    const LayoutRule* rule = find_layout(tensor.format.base);
    const auto source = read_source(*rule, stored_shape(tensor));
    if (source || source.error().where != "origin shape") continue;
    file.problems.warning(
        Code::kBadValue, std::nullopt, tensor.name,
        fmt::format("the origin shape [{}] cannot be that of [{}] in {}; one of them is wrong",
                    fmt::join(tensor.origin_shape, ","), fmt::join(tensor.shape, ","), rule->name));
  }
}

}  // namespace omscope::tensor
