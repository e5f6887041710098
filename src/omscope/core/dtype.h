// Element types of tensors: one list, every numbering that files use.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace omscope {

/// Numbered for ourselves; what files hold is converted by the `dtype_from_*` functions.
enum class DType : uint8_t {
  kUndefined,
  kFloat32,
  kFloat16,
  kInt8,
  kInt32,
  kUInt8,
  kInt16,
  kUInt16,
  kUInt32,
  kInt64,
  kUInt64,
  kFloat64,
  kBool,
  kString,
  kDualSubInt8,
  kDualSubUInt8,
  kComplex64,
  kComplex128,
  kQInt8,
  kQInt16,
  kQInt32,
  kQUInt8,
  kQUInt16,
  kResource,
  kStringRef,
  kDual,
  kVariant,
  kBFloat16,
  kInt4,
  kUInt4,
  kUInt1,
  kInt2,
  kUInt2,
  kComplex32,
  kHiFloat8,
  kFloat8E5M2,
  kFloat8E4M3FN,
  kFloat8E5M2FNUZ,
  kFloat8E4M3FNUZ,
  kFloat8E8M0,
  kFloat6E3M2,
  kFloat6E2M3,
  kFloat4E2M1,
  kFloat4E1M2,
  kHiFloat4,
  kHiFloat4Scale,
};

/// One row of the table in dtype.cpp.
struct DTypeInfo {
  DType dtype;
  std::string_view name;     ///< numpy's name where there is one
  std::string_view ge_name;  ///< "DT_FLOAT"; as Graph Engine writes it into attributes and dumps
  int ge_proto;              ///< TensorDescriptor.dtype; -1: none
  int ge_enum;               ///< ge::DataType (attributes, MODEL_INOUT_INFO, ACL); -1: none
  int onnx;                  ///< TensorProto.DataType; -1: none
  uint8_t bits;              ///< of one element; 0: no fixed size
};

const DTypeInfo& dtype_info(DType dtype);

inline std::string_view to_string(DType dtype) {
  return dtype_info(dtype).name;
}

DType dtype_from_ge_proto(int64_t number);
DType dtype_from_ge_enum(int64_t number);
DType dtype_from_onnx(int64_t number);
/// "DT_FLOAT", also the spellings that only some writers use (DT_BFLOAT16, DT_FLOAT32).
DType dtype_from_ge_name(std::string_view name);

/// Bytes of `count` elements, types below eight bits packed densely (the last byte filled up).
/// Nothing when the dtype has no fixed size or the product overflows.
std::optional<uint64_t> dtype_bytes(DType dtype, uint64_t count);

}  // namespace omscope
