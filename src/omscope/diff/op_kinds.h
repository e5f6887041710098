// What ops of all dialects do, as far as a comparison needs to know.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace omscope::diff {

enum class Role : uint8_t {
  kCompute,
  kInput,
  kOutput,
  kConstant,
  kLayout,   ///< hands its first input on: another layout, precision or shape of the same values
  kShaping,  ///< the same, but the model's author may have meant it (Reshape, Transpose)
  kCall,     ///< stands for the graph that it runs
  kService,  ///< no values: order of execution, cleaning of memory
};

/// Whether other ops are compared as if they were connected to its input.
inline bool is_seen_through(Role role) {
  return role == Role::kLayout || role == Role::kShaping || role == Role::kCall;
}

struct OpKind {
  std::string name;  ///< the same for all spellings of one operation
  Role role = Role::kCompute;
  bool commutative = false;
};

/// TransposeD, Transpose and Permute are one kind; so are Conv, Conv2D and Convolution.
OpKind kind_of(std::string_view type);

/// An ONNX operator whose result follows from shapes alone.
bool reads_only_shapes(std::string_view type);

/// The kinds of simple ops that one op stands for: hardswish is hardsigmoid and mul. Empty where it
/// stands for itself.
std::span<const std::string_view> parts_of_kind(std::string_view kind);

/// Ops that a compiler computes into the constants of the op before or after them.
bool folds_into_constants(std::string_view kind);

}  // namespace omscope::diff
