#include "omscope/diff/op_kinds.h"

#include <algorithm>
#include <array>

namespace omscope::diff {
namespace {

struct Spelling {
  std::string_view type;  ///< lower case, without version and "D" at the end
  std::string_view kind;
};

constexpr std::array kSpellings = {
    Spelling{"conv2d", "conv"},
    Spelling{"convolution", "conv"},
    Spelling{"conv2dtranspose", "deconv"},
    Spelling{"conv2dbackpropinput", "deconv"},
    Spelling{"convtranspose", "deconv"},
    Spelling{"deconvolution", "deconv"},
    Spelling{"depthwiseconv2d", "depthwiseconv"},
    Spelling{"convolutiondepthwise", "depthwiseconv"},
    Spelling{"gemm", "matmul"},
    Spelling{"batchmatmul", "matmul"},
    Spelling{"fullconnection", "matmul"},
    Spelling{"fullyconnection", "matmul"},
    Spelling{"castt", "cast"},
    Spelling{"permute", "transpose"},
    Spelling{"globalaveragepool", "reducemean"},
    Spelling{"resizebilinear", "resize"},
    Spelling{"resizenearestneighbor", "resize"},
    Spelling{"upsample", "resize"},
    Spelling{"interp", "resize"},
    Spelling{"pooling", "maxpool"},
    Spelling{"bninference", "batchnorm"},
    Spelling{"batchnormalization", "batchnorm"},
    Spelling{"batchnormext", "batchnorm"},
    Spelling{"averagepool", "avgpool"},
    Spelling{"instancenormalization", "instancenorm"},
    Spelling{"constant", "const"},
    Spelling{"fileconstant", "const"},
    Spelling{"constplaceholder", "const"},
    Spelling{"aippdata", "data"},
    Spelling{"anndata", "data"},
    Spelling{"refdata", "data"},
    Spelling{"placeholder", "data"},
    Spelling{"concatv", "concat"},
    Spelling{"power", "pow"},
};

struct RoleOf {
  std::string_view kind;
  Role role;
};

constexpr std::array kRoles = {
    RoleOf{"data", Role::kInput},
    RoleOf{"netoutput", Role::kOutput},
    RoleOf{"const", Role::kConstant},
    RoleOf{"variable", Role::kConstant},
    RoleOf{"transdata", Role::kLayout},
    RoleOf{"cast", Role::kLayout},
    RoleOf{"identity", Role::kLayout},
    RoleOf{"reformat", Role::kLayout},
    RoleOf{"cacheupdate", Role::kLayout},
    RoleOf{"memcpyasync", Role::kLayout},
    RoleOf{"memcpyaddrasync", Role::kLayout},
    RoleOf{"dropout", Role::kLayout},
    RoleOf{"reshape", Role::kShaping},
    RoleOf{"squeeze", Role::kShaping},
    RoleOf{"unsqueeze", Role::kShaping},
    RoleOf{"flatten", Role::kShaping},
    RoleOf{"expanddims", Role::kShaping},
    RoleOf{"transpose", Role::kShaping},
    RoleOf{"graphop", Role::kCall},
    RoleOf{"partitionedcall", Role::kCall},
    RoleOf{"statefulpartitionedcall", Role::kCall},
    RoleOf{"send", Role::kService},
    RoleOf{"recv", Role::kService},
    RoleOf{"atomicaddrclean", Role::kService},
    RoleOf{"memset", Role::kService},
    RoleOf{"streamactive", Role::kService},
    RoleOf{"streamswitch", Role::kService},
    RoleOf{"labelset", Role::kService},
    RoleOf{"labelgoto", Role::kService},
    RoleOf{"labelgotoex", Role::kService},
    RoleOf{"noop", Role::kService},
    RoleOf{"endgraph", Role::kService},
};

constexpr std::array<std::string_view, 10> kCommutative = {
    "add", "mul", "maximum", "minimum", "max", "min", "equal", "logicaland", "logicalor", "addn"};

constexpr std::array<std::string_view, 2> kShapeReaders = {"Shape", "Size"};

constexpr std::array<std::string_view, 9> kFolding = {
    "batchnorm",         "scale",          "quantize",
    "dequantize",        "ascendquant",    "ascenddequant",
    "ascendweightquant", "quantizelinear", "dequantizelinear"};

struct Parts {
  std::string_view kind;
  std::array<std::string_view, 9> parts;
};

// As exporters write them where the operator set has no op of that name.
constexpr std::array kParts = {
    Parts{"hardswish", {"hardsigmoid", "mul"}},
    Parts{"swish", {"sigmoid", "mul"}},
    Parts{"silu", {"sigmoid", "mul"}},
    Parts{"mish", {"softplus", "tanh", "mul"}},
    Parts{"gelu", {"div", "erf", "add", "mul", "mul"}},
    Parts{"layernorm",
          {"reducemean", "sub", "pow", "reducemean", "add", "sqrt", "div", "mul", "add"}},
    Parts{"layernormalization",
          {"reducemean", "sub", "pow", "reducemean", "add", "sqrt", "div", "mul", "add"}},
};

template <class List, class T>
bool holds(const List& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// "MatMulV2", "TransposeD", "ConcatV2D" without what tells versions of one operator apart.
std::string_view without_version(std::string_view type) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (type.size() > 2 && type.back() == 'D' && is_lower(type[type.size() - 2])) {
    type.remove_suffix(1);
  }
  if (type.size() > 3 && type.back() == 'D' && is_digit(type[type.size() - 2]) &&
      type[type.size() - 3] == 'V') {
    type.remove_suffix(1);
  }
  size_t end = type.size();
  while (end > 0 && is_digit(type[end - 1])) --end;
  if (end > 1 && end < type.size() && type[end - 1] == 'V') type = type.substr(0, end - 1);
  if (type.size() > 3 && type.back() == 'D' && is_lower(type[type.size() - 2])) {
    type.remove_suffix(1);
  }
  return type;
}

}  // namespace

OpKind kind_of(std::string_view type) {
  OpKind kind;
  kind.name = without_version(type);
  for (char& c : kind.name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const Spelling& spelling : kSpellings) {
    if (kind.name == spelling.type) kind.name = spelling.kind;
  }
  for (const RoleOf& role : kRoles) {
    if (kind.name == role.kind) kind.role = role.role;
  }
  kind.commutative = holds(kCommutative, kind.name);
  return kind;
}

std::span<const std::string_view> parts_of_kind(std::string_view kind) {
  for (const Parts& row : kParts) {
    if (row.kind != kind) continue;
    const auto end = std::find(row.parts.begin(), row.parts.end(), std::string_view());
    return {row.parts.begin(), end};
  }
  return {};
}

bool reads_only_shapes(std::string_view type) {
  return holds(kShapeReaders, type);
}

bool folds_into_constants(std::string_view kind) {
  return holds(kFolding, kind);
}

}  // namespace omscope::diff
