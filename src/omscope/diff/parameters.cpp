#include "omscope/diff/parameters.h"

#include <algorithm>
#include <array>
#include <optional>

namespace omscope::diff {
namespace {

/// How the values of an attribute are to be read.
enum class Sense : uint8_t {
  kPlain,
  kSpatial,  ///< one per dim of the image; compiled ops write one per axis of the tensor
  kPads,     ///< ONNX: all starts, then all ends; Graph Engine: start and end of each dim
  kAxis,     ///< may count from the back
};

struct Row {
  std::string_view kind;
  std::string_view name;
  std::string_view onnx;
  std::array<std::string_view, 2> ge;  ///< spellings of compiled ops
  Sense sense = Sense::kPlain;
  std::optional<double> by_default = {};  ///< ONNX: where the attribute is absent
};

// From the operator definitions of ONNX and of Graph Engine.
constexpr std::array kRows = {
    Row{"conv", "strides", "strides", {"strides", "stride"}, Sense::kSpatial, 1},
    Row{"conv", "dilations", "dilations", {"dilations", "dilation"}, Sense::kSpatial, 1},
    Row{"conv", "pads", "pads", {"pads", "pad"}, Sense::kPads, 0},
    Row{"conv", "groups", "group", {"groups", "group"}, Sense::kPlain, 1},
    Row{"deconv", "strides", "strides", {"strides", "stride"}, Sense::kSpatial, 1},
    Row{"deconv", "dilations", "dilations", {"dilations", "dilation"}, Sense::kSpatial, 1},
    Row{"deconv", "groups", "group", {"groups", "group"}, Sense::kPlain, 1},
    Row{"maxpool", "strides", "strides", {"strides", "stride"}, Sense::kSpatial, 1},
    Row{"maxpool", "kernel", "kernel_shape", {"ksize", "window"}, Sense::kSpatial, {}},
    Row{"avgpool", "strides", "strides", {"strides", "stride"}, Sense::kSpatial, 1},
    Row{"avgpool", "kernel", "kernel_shape", {"ksize", "window"}, Sense::kSpatial, {}},
    Row{"softmax", "axis", "axis", {"axes", "axis"}, Sense::kAxis, {}},
    Row{"logsoftmax", "axis", "axis", {"axes", "axis"}, Sense::kAxis, {}},
    Row{"concat", "axis", "axis", {"concat_dim", "axis"}, Sense::kAxis, {}},
    Row{"leakyrelu", "slope", "alpha", {"negative_slope", "alpha"}, Sense::kPlain, 0.01F},
    Row{"elu", "alpha", "alpha", {"alpha", ""}, Sense::kPlain, 1},
    Row{"hardsigmoid", "alpha", "alpha", {"alpha", ""}, Sense::kPlain, 0.2F},
    Row{"hardsigmoid", "beta", "beta", {"beta", ""}, Sense::kPlain, 0.5F},
    Row{"batchnorm", "epsilon", "epsilon", {"epsilon", ""}, Sense::kPlain, 1e-5F},
    Row{"instancenorm", "epsilon", "epsilon", {"epsilon", ""}, Sense::kPlain, 1e-5F},
    Row{"layernorm", "epsilon", "epsilon", {"epsilon", ""}, Sense::kPlain, 1e-5F},
    Row{"lrn", "alpha", "alpha", {"alpha", ""}, Sense::kPlain, 1e-4F},
    Row{"lrn", "beta", "beta", {"beta", ""}, Sense::kPlain, 0.75F},
};

std::optional<std::vector<double>> numbers_of(const ir::AttrValue* value) {
  if (value == nullptr) return std::nullopt;
  if (const auto* one = std::get_if<int64_t>(value)) return std::vector{static_cast<double>(*one)};
  if (const auto* one = std::get_if<float>(value)) return std::vector{static_cast<double>(*one)};
  std::vector<double> all;
  if (const auto* list = std::get_if<ir::List<int64_t>>(value)) {
    for (const int64_t each : *list) all.push_back(static_cast<double>(each));
    return all;
  }
  return std::nullopt;
}

/// The tensor that the op works on, for its rank and layout.
const ir::TensorType* main_input(const ir::Op& op) {
  return op.inputs.empty() ? nullptr : op.inputs[0].type;
}

std::optional<size_t> rank_of(const ir::Op& op) {
  for (const ir::TensorType* type :
       {main_input(op), op.outputs.empty() ? nullptr : op.outputs[0]}) {
    if (type == nullptr) continue;
    if (type->has_origin_shape && !type->origin_shape.empty()) return type->origin_shape.size();
    const bool plain = type->format.base.size() <= 4 && type->format.base != "ND";
    if (type->has_shape && plain && !type->shape.empty()) return type->shape.size();
  }
  return std::nullopt;
}

std::string_view axes_of(const ir::Op& op) {
  if (const auto stated = ir::get_text(op.attrs, "data_format"); !stated.empty()) return stated;
  const ir::TensorType* input = main_input(op);
  return input == nullptr ? std::string_view() : input->origin_format.base;
}

/// Height and width out of one value per axis.
std::optional<std::vector<double>> spatial(const ir::Op& op, std::vector<double> values) {
  if (values.size() != 4) return values;
  const std::string_view axes = axes_of(op);
  if (axes == "NCHW") return std::vector{values[2], values[3]};
  if (axes == "NHWC") return std::vector{values[1], values[2]};
  return std::nullopt;
}

/// Compilers since 2021 drop strides and pads of fused convolutions; what they leave is a default.
bool lost_its_parameters(const ir::Op& op, std::string_view kind) {
  if (kind != "conv" && kind != "deconv") return false;
  const auto lacks = [&](std::string_view key) { return ir::find(op.attrs, key) == nullptr; };
  return lacks("strides") && lacks("stride") && lacks("pads") && lacks("pad");
}

std::optional<std::vector<double>> from_ge(const ir::Op& op, const Row& row) {
  std::optional<std::vector<double>> values;
  for (const std::string_view key : row.ge) {
    if (!values && !key.empty()) values = numbers_of(ir::find(op.attrs, key));
  }
  if (!values || values->empty()) return std::nullopt;
  if (row.sense == Sense::kSpatial) return spatial(op, std::move(*values));
  if (row.sense == Sense::kPads && values->size() == 4) {
    return std::vector{(*values)[0], (*values)[2], (*values)[1], (*values)[3]};
  }
  return values;
}

/// Dims of the image that the kernel of an ONNX node covers.
size_t image_rank(const ir::Op& op) {
  for (const std::string_view key : {"kernel_shape", "strides", "dilations"}) {
    if (const auto list = ir::get<ir::List<int64_t>>(op.attrs, key)) return list->size();
  }
  return 2;
}

std::optional<std::vector<double>> from_onnx(const ir::Op& op, const Row& row) {
  if (row.sense == Sense::kPads) {
    const std::string_view automatic = ir::get_text(op.attrs, "auto_pad");
    if (!automatic.empty() && automatic != "NOTSET") return std::nullopt;
  }
  if (auto values = numbers_of(ir::find(op.attrs, row.onnx))) return values;
  if (!row.by_default) return std::nullopt;
  size_t count = 1;
  if (row.sense == Sense::kSpatial) count = image_rank(op);
  if (row.sense == Sense::kPads) count = 2 * image_rank(op);
  return std::vector<double>(count, *row.by_default);
}

}  // namespace

std::vector<Parameter> parameters_of(const ir::Op& op, std::string_view kind, bool is_onnx) {
  std::vector<Parameter> found;
  if (!is_onnx && lost_its_parameters(op, kind)) return found;
  for (const Row& row : kRows) {
    if (row.kind != kind) continue;
    auto values = is_onnx ? from_onnx(op, row) : from_ge(op, row);
    if (!values) continue;
    if (row.sense == Sense::kAxis) {
      const auto rank = rank_of(op);
      if (!rank) continue;
      for (double& axis : *values) axis += axis < 0 ? static_cast<double>(*rank) : 0;
    }
    found.push_back({row.name, std::move(*values)});
  }
  return found;
}

}  // namespace omscope::diff
