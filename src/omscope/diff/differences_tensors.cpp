// Element types, shapes and layouts of what matched ops make.
#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diff/differences.h"

namespace omscope::diff {
namespace {

bool is_float(DType dtype) {
  switch (dtype) {
    case DType::kFloat16:
    case DType::kFloat32:
    case DType::kFloat64:
    case DType::kBFloat16: return true;
    default: return false;
  }
}

ir::List<int64_t> logical_shape(const ir::TensorType& type) {
  return type.has_origin_shape ? type.origin_shape : type.shape;
}

bool same_dims(ir::List<int64_t> a, ir::List<int64_t> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

class Tensors {
 public:
  explicit Tensors(Comparison& c) : c_(c) {}

  void compare(const Group& group) {
    const Node& a = c_.matching.a[group.a[0]];
    const Node& b = c_.matching.b[group.b[0]];
    if (a.kind != b.kind || a.role == Role::kInput || a.role == Role::kOutput) return;
    if (a.role == Role::kConstant || a.role == Role::kCall) return;
    if (a.type == "NetOutput" || a.link != kNone) return;
    role_ = a.role;
    fused_ = !group.is_pair();
    const size_t outputs = std::min(a.op->outputs.size(), b.op->outputs.size());
    for (size_t i = 0; i < outputs; ++i) {
      subject_ = as_utf8(c_.matching.a.label(group.a[0]));
      if (i != 0) subject_ += fmt::format(":{}", i);
      compare_output(*a.op->outputs[i], *b.op->outputs[i]);
    }
    if (a.op->outputs.size() != b.op->outputs.size() && !fused_ && a.role == Role::kCompute) {
      c_.add(Severity::kInfo, Class::kFusion, subject_, std::to_string(a.op->outputs.size()),
             std::to_string(b.op->outputs.size()), "another number of outputs");
    }
  }

 private:
  void compare_output(const ir::TensorType& a, const ir::TensorType& b) {
    compare_dtype(a.dtype, b.dtype);
    if (!a.has_shape || !b.has_shape) return;
    if (!c_.says_shape(c_.a, a.shape) || !c_.says_shape(c_.b, b.shape)) return;
    const bool same_format = a.format.base == b.format.base;
    if (a.format.known() && b.format.known() && !same_format) {
      c_.add(Severity::kInfo, Class::kLayout, subject_, std::string(a.format.base),
             std::string(b.format.base), "the result is laid out in another way");
    }
    const bool same_logical = same_dims(logical_shape(a), logical_shape(b));
    if (same_logical && (!same_format || same_dims(a.shape, b.shape))) return;
    compare_shapes(a, b, same_format);
  }

  void compare_dtype(DType a, DType b) {
    if (a == b || a == DType::kUndefined || b == DType::kUndefined) return;
    const bool floats = is_float(a) && is_float(b);
    const bool harmless = floats || role_ != Role::kCompute;
    c_.add(Severity::kWarning, harmless ? Class::kPrecision : Class::kDType, subject_,
           std::string(to_string(a)), std::string(to_string(b)),
           harmless ? "computed in another precision" : "the result has another element type");
  }

  void compare_shapes(const ir::TensorType& a, const ir::TensorType& b, bool same_format) {
    const ir::List<int64_t> x = logical_shape(a);
    const ir::List<int64_t> y = logical_shape(b);
    if (same_dims(x, y)) {
      c_.add(Severity::kInfo, Class::kShape, subject_, dims_text(a.shape), dims_text(b.shape),
             "the same tensor in another device shape");
      return;
    }
    if (c_.shapes_follow) {
      c_.add(Severity::kInfo, Class::kShape, subject_, dims_text(x), dims_text(y),
             "follows from the shapes of the inputs");
      return;
    }
    const auto count_a = ir::element_count(x);
    const auto count_b = ir::element_count(y);
    const bool same_count = !count_a || !count_b || *count_a == *count_b;
    const bool differs = !same_count && role_ == Role::kCompute && !fused_ && same_format;
    c_.add(differs ? Severity::kError : Severity::kInfo, Class::kShape, subject_, dims_text(x),
           dims_text(y),
           same_count ? "the same elements in other dims" : "the result has another shape");
  }

  Comparison& c_;
  std::string subject_;
  Role role_ = Role::kCompute;
  bool fused_ = false;
};

}  // namespace

void compare_tensors(Comparison& c) {
  if (!c.same_family) return;
  Tensors tensors(c);
  for_each_pair(c, [&](const Group& group) { tensors.compare(group); });
}

}  // namespace omscope::diff
